import Checkpoints
import Foundation
import HDF5
import Tensors

/// An HDF5 file that the input's bytes describe: the layouts of Keras are read from it.
///
/// libhdf5 itself is not tried, which is not safe under a fuzzer's bytes; it runs in a confined process. What
/// it may be made to say truly, any groups, links, arrays and attributes, is.
enum BuiltCheckpoint {
  /// Names that mean something to one of the layouts, and some that do not.
  private static let names = [
    "layers", "vars", "0", "1", "2", "dense", "conv2d_1", "model_weights", "optimizer_weights",
    "optimizer", "kernel:0", "bias:0", "gamma", "layer_0", "param_0", "batch_normalization", "a",
    "top_level_model_weights", "_layer_checkpoint_dependencies", "seed_generator", "é", ".",
  ]
  private static let attributes = [
    "layer_names", "weight_names", "keras_version", "backend", "nb_layers", "nb_params", "name",
    "model_config",
  ]

  /// Makes the file, and reads whatever is listed of it.
  static func read(_ bytes: [UInt8]) throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "assay-built-\(ProcessInfo.processInfo.processIdentifier).h5")
      .path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var input = bytes[...]
    do {
      let writer = try HDF5Writer(creating: path)
      // What is there already, or has no parent, is no error of ours.
      for _ in 0..<24 where !input.isEmpty { try? step(&input, writer) }
      try writer.close()
    }
    let checkpoint = try Checkpoint(contentsOf: path)
    for tensor in checkpoint.layers.flatMap(\.tensors) {
      precondition(tensor.shape.elementCount <= 1 << 12, "\(tensor) was never written")
      _ = try checkpoint.tensor(tensor)
    }
  }

  private static func step(
    _ input: inout ArraySlice<UInt8>, _ writer: borrowing HDF5Writer
  ) throws {
    let kind = take(&input) % 4
    let path = "/" + (0..<take(&input) % 5).map { _ in name(&input) }.joined(separator: "/")
    switch kind {
    case 0: try writer.createGroup(path)
    case 1:
      let shape = (0..<take(&input) % 3).map { _ in take(&input) % 5 }
      try writer.write(
        [Float](repeating: 1, count: shape.reduce(1, *)), shape: shape, at: path)
    case 2:
      let list = (0..<take(&input) % 4).map { _ in
        (0..<1 + take(&input) % 2).map { _ in name(&input) }.joined(separator: "/")
      }
      try writer.write(list, attribute: attributes[take(&input) % attributes.count], of: path)
    default:
      try writer.write(
        name(&input), attribute: attributes[take(&input) % attributes.count], of: path)
    }
  }

  private static func take(_ input: inout ArraySlice<UInt8>) -> Int {
    Int(input.popFirst() ?? 0)
  }

  private static func name(_ input: inout ArraySlice<UInt8>) -> String {
    names[take(&input) % names.count]
  }
}
