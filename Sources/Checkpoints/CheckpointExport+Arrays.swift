import Archives
import Foundation
import Tensors

// Layouts of plain arrays, which tell names and shapes and no order of layers.
extension CheckpointExport {
  /// Writes safetensors: float32, named `layer/variable`.
  package func writeSafetensors(to path: String) throws {
    var entries: [String: Any] = [:]
    var offset = 0
    for (name, variable) in arrays {
      let size = 4 * variable.shape.elementCount
      entries[name] =
        [
          "dtype": "F32", "shape": variable.shape.dimensions,
          "data_offsets": [offset, offset + size],
        ] as [String: Any]
      offset += size
    }
    var header = try JSONSerialization.data(
      withJSONObject: entries, options: [.sortedKeys, .withoutEscapingSlashes])
    // The data begins at a multiple of 8, as the format's own writer has it.
    header.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    try writing(path) { handle in
      let length = UInt64(header.count)
      try handle.write(
        contentsOf: Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }) + header)
      for (_, variable) in arrays {
        try handle.write(contentsOf: values(of: variable).values.littleEndianBytes)
      }
    }
  }

  /// Writes NumPy's `.npz`: float32 arrays, named `layer/variable`, stored.
  package func writeNumPyArchive(to path: String) throws {
    try writing(path) { handle in
      var archive = ZipWriter(to: handle)
      for (name, variable) in arrays {
        try archive.add(NumPyFile.encode(values(of: variable)), named: "\(name).npy")
      }
      try archive.finish()
    }
  }

  var arrays: [(name: String, variable: Variable)] {
    layers.flatMap { layer in
      let path = (layer.parents + [layer.name]).joined(separator: "/")
      return layer.variables.map { ("\(path)/\($0.name)", $0) }
    }
  }

  func writing(_ path: String, _ body: (FileHandle) throws -> Void) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else {
      throw CheckpointError.unreadable(file: path, detail: "it cannot be created")
    }
    defer { try? handle.close() }
    try body(handle)
    try handle.synchronize()
  }
}
