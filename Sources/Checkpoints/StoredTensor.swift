import HDF5
import Tensors

/// The way from a tensor's bytes in an HDF5 file to float32.
struct StoredTensor: ~Copyable {
  private let dataset: HDF5Dataset
  private let tensor: CheckpointTensor
  private let file: String

  init(_ tensor: CheckpointTensor, in file: HDF5File) throws(HDF5Error) {
    let dataset = try file.root().dataset(String(tensor.path.drop { $0 == "/" }))
    guard dataset.shape == tensor.shape.dimensions, ElementType(dataset.type) == tensor.type else {
      throw HDF5Error(
        file: file.path, object: tensor.path,
        reason: .damaged("changed since the checkpoint was opened"))
    }
    self.dataset = dataset
    self.tensor = tensor
    self.file = file.path
  }

  /// Fills `buffer`, which has room for exactly the tensor's elements.
  func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(HDF5Error) {
    switch tensor.type.kind {
    case .float16:
      // Far quicker than libhdf5, which converts bit by bit what the processor does not know.
      try unsafe readHalves(into: buffer) { Float(Float16(bitPattern: $0)) }
    case .bfloat16:
      try unsafe readHalves(into: buffer) { Float(bitPattern: UInt32($0) << 16) }
    // Of eight bits are quantised weights, whose scale ``Checkpoint`` knows.
    case .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64:
      try unsafe dataset.read(into: buffer)
    }
  }

  /// Reads elements of two bytes and widens each.
  private func readHalves(
    into buffer: UnsafeMutableBufferPointer<Float>, widen: (UInt16) -> Float
  ) throws(HDF5Error) {
    var halves = [UInt16](repeating: 0, count: buffer.count)
    try unsafe halves.withUnsafeMutableBufferPointer { halves throws(HDF5Error) in
      try unsafe dataset.readBytes(into: UnsafeMutableRawBufferPointer(halves))
    }
    let isBigEndian = tensor.type.isBigEndian
    for index in halves.indices {
      let bits = halves[index]
      unsafe buffer[index] = widen(
        isBigEndian ? UInt16(bigEndian: bits) : UInt16(littleEndian: bits))
    }
  }
}

extension CheckpointTensor {
  /// Describes the dataset at `path`, an absolute path, without reading it.
  init(
    name: String, role: VariableRole?, index: Int, path: String, in root: borrowing HDF5Group,
    of file: HDF5File
  ) throws(HDF5Error) {
    let dataset = try root.dataset(String(path.drop { $0 == "/" }))
    guard let type = ElementType(dataset.type) else {
      throw HDF5Error(
        file: file.path, object: path,
        reason: .refused("its elements are no numbers (\(dataset.type))"))
    }
    self.init(
      name: name, role: role, index: index, shape: Shape(dataset.shape), type: type, path: path,
      storedBytes: dataset.storedBytes, plainOffset: dataset.plainOffset)
  }
}

extension ElementType {
  /// The Keras meaning of a type of HDF5.
  init?(_ type: HDF5ElementType) {
    switch type {
    case .float(.half, let order): self.init(.float16, isBigEndian: order == .big)
    case .float(.brain, let order): self.init(.bfloat16, isBigEndian: order == .big)
    case .float(.single, let order): self.init(.float32, isBigEndian: order == .big)
    case .float(.double, let order): self.init(.float64, isBigEndian: order == .big)
    case .integer(let bytes, let isSigned, let order):
      guard let kind = Kind(rawValue: "\(isSigned ? "int" : "uint")\(8 * bytes)") else {
        return nil
      }
      self.init(kind, isBigEndian: order == .big)
    // h5py writes NumPy's extension type so; Keras has no other opaque type of two bytes.
    case .opaque(bytes: 2): self.init(.bfloat16)
    case .opaque, .string, .other: return nil
    }
  }
}
