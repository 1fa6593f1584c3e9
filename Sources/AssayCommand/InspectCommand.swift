import ArgumentParser
import Checkpoints
import Tensors

/// `assay inspect`: what is in a checkpoint.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Lists the layers and weights of a checkpoint, without reading any.",
    discussion: """
      Example:
        assay inspect w.h5
      """)

  @Argument(help: ArgumentHelp("The checkpoint: any HDF5 file of Keras.", valueName: "file"))
  var file: String

  func run() throws { print(CheckpointListing(try Checkpoint(contentsOf: file), file: file).text) }
}

/// A checkpoint as text: a line a weight, layers in the file's order.
struct CheckpointListing {
  let checkpoint: Checkpoint
  let file: String

  init(_ checkpoint: Checkpoint, file: String) {
    self.checkpoint = checkpoint
    self.file = file
  }

  var text: String {
    var head = "\(file): \(checkpoint.format.description)"
    if let version = checkpoint.kerasVersion { head += ", Keras \(version)" }
    if let backend = checkpoint.backend { head += ", \(backend)" }
    var table = TextTable(
      columns: [.left("layer"), .left("weight"), .right("shape"), .left("type"), .right("bytes")])
    for layer in checkpoint.layers {
      for tensor in layer.tensors {
        table.add([
          layer.label, tensor.name, "\(tensor.shape)", "\(tensor.type)", "\(tensor.storedBytes)",
        ])
      }
    }
    let tensors = checkpoint.layers.flatMap(\.tensors)
    let parameters = tensors.reduce(0) { $0 + $1.shape.elementCount }
    let bytes = tensors.reduce(0) { $0 + $1.storedBytes }
    let weightless = checkpoint.layers.count { $0.tensors.isEmpty }
    var lines = [head, "", table.text, ""]
    lines.append(
      "\(checkpoint.layers.count - weightless) layers with \(tensors.count) weights, "
        + "\(parameters) parameters, \(bytes) bytes; \(weightless) layers without weights")
    for entry in checkpoint.leftOut {
      lines.append("left out: \(entry.path) (\(entry.reason.rawValue), \(entry.count))")
    }
    return lines.joined(separator: "\n")
  }
}
