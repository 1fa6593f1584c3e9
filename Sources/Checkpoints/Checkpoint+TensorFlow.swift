import TensorBundles
import Tensors

extension Checkpoint {
  /// Lists a TensorFlow checkpoint.
  init(
    openingBundle location: TensorFlowLocation, variables: CheckpointVariables
  ) throws(CheckpointError) {
    let bundle: TensorBundle
    var listing: CheckpointListing
    do throws(TensorBundleError) {
      bundle = try TensorBundle(prefix: location.prefix)
      listing =
        try TensorFlowObjects(bundle)?.listing()
        ?? TensorFlowNames(bundle: bundle, variables: variables).listing()
    } catch {
      throw CheckpointError(error)
    }
    listing.files = bundle.files
    if let folder = location.savedModel {
      listing.format = .savedModel
      if let described = try SavedModelConfig(folder: folder) {
        listing.modelConfig = described.text
        listing.config = described.config
        listing.files.append(described.path)
      }
    }
    let entries = Dictionary(uniqueKeysWithValues: bundle.entries.map { ($0.key, $0) })
    for tensor in listing.layers.flatMap(\.tensors) {
      guard let count = entries[tensor.path]?.sliceCount, count > 0 else { continue }
      throw .unsupported(
        file: "\(location.prefix).index", object: tensor.path,
        detail: "partitioned into \(count) slices; save it again without a partitioner")
    }
    unsafe self.init(listing) { tensor, buffer throws(CheckpointError) in
      guard let entry = entries[tensor.path] else {
        preconditionFailure("\(tensor.path) is of another checkpoint")
      }
      do throws(TensorBundleError) {
        try unsafe StoredBundleTensor(entry: entry, type: tensor.type, bundle: bundle)
          .read(into: buffer)
      } catch {
        throw CheckpointError(error)
      }
    }
  }
}

/// The way from a tensor's bytes in a TensorFlow checkpoint to float32.
struct StoredBundleTensor {
  let entry: TensorBundleEntry
  let type: ElementType
  let bundle: TensorBundle

  /// Fills `buffer`, which has room for exactly the tensor's elements.
  func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(TensorBundleError) {
    switch type.kind {
    case .int8, .uint8:
      throw TensorBundleError(
        file: "\(bundle.prefix).index", object: entry.key,
        reason: .refused("quantised weights (\(type)) are not read yet"))
    case .float32 where type.isBigEndian == (Int(1).bigEndian == 1):
      try unsafe bundle.read(entry, into: UnsafeMutableRawBufferPointer(buffer))
    case .float32: try unsafe widen(UInt32.self, into: buffer) { Float(bitPattern: $0) }
    case .float16:
      try unsafe widen(UInt16.self, into: buffer) { Float(Float16(bitPattern: $0)) }
    case .bfloat16:
      try unsafe widen(UInt16.self, into: buffer) { Float(bitPattern: UInt32($0) << 16) }
    case .float64: try unsafe widen(UInt64.self, into: buffer) { Float(Double(bitPattern: $0)) }
    case .int16: try unsafe widen(UInt16.self, into: buffer) { Float(Int16(bitPattern: $0)) }
    case .int32: try unsafe widen(UInt32.self, into: buffer) { Float(Int32(bitPattern: $0)) }
    case .int64: try unsafe widen(UInt64.self, into: buffer) { Float(Int64(bitPattern: $0)) }
    case .uint16: try unsafe widen(UInt16.self, into: buffer) { Float($0) }
    case .uint32: try unsafe widen(UInt32.self, into: buffer) { Float($0) }
    case .uint64: try unsafe widen(UInt64.self, into: buffer) { Float($0) }
    }
  }

  /// Reads elements of `Bits`' width, and converts each after its bytes are in order.
  private func widen<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, into buffer: UnsafeMutableBufferPointer<Float>, convert: (Bits) -> Float
  ) throws(TensorBundleError) {
    var elements = [Bits](repeating: 0, count: buffer.count)
    try unsafe elements.withUnsafeMutableBufferPointer { elements throws(TensorBundleError) in
      try unsafe bundle.read(entry, into: UnsafeMutableRawBufferPointer(elements))
    }
    for index in elements.indices {
      let element = elements[index]
      unsafe buffer[index] = convert(
        type.isBigEndian ? Bits(bigEndian: element) : Bits(littleEndian: element))
    }
  }
}

extension CheckpointError {
  /// The error of the room below in the words of this one.
  init(_ error: TensorBundleError) {
    switch error.reason {
    case .missing: self = .missing(file: error.file)
    case .unreadable(let detail): self = .unreadable(file: error.file, detail: detail)
    case .notABundle(let detail): self = .notACheckpoint(file: error.file, looksLike: detail)
    case .damaged(let detail):
      self = .damaged(file: error.file, object: error.object, detail: detail)
    case .refused(let detail):
      self = .unsupported(file: error.file, object: error.object, detail: detail)
    }
  }
}
