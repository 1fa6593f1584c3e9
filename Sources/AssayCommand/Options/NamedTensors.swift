import Foundation
import Models
import Networks
import Tensors

/// Arrays for the inputs of a network, as `x.npy` or `name=x.npy`.
struct NamedTensors {
  /// An array, and the input that it was named for.
  struct Entry {
    let text: String
    let name: String?
    let tensor: Tensor
  }

  let all: [Entry]

  /// Reads the arrays; text before the first `=` is a name only where no such file exists.
  init(_ texts: [String]) throws {
    all = try texts.map { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, !FileManager.default.fileExists(atPath: text) else {
        return Entry(text: text, name: nil, tensor: try TensorFile.read(text))
      }
      return Entry(text: text, name: parts[0], tensor: try TensorFile.read(parts[1]))
    }
  }

  /// The arrays in the order of a network's inputs.
  func inputs(of loaded: Model) throws -> [Tensor] {
    let graph = loaded.graph
    let names = graph.inputs.map(\.name)
    if let stranger = all.first(where: { $0.name.map { !names.contains($0) } ?? false }) {
      throw Failure(
        .usage,
        "--tensors \(stranger.text): the network's inputs are \(names.joined(separator: ", "))")
    }
    var rest = all.filter { $0.name == nil }[...]
    let entries = try graph.inputs.map { port -> Entry in
      if let named = all.first(where: { $0.name == port.name }) { return named }
      guard let next = rest.popFirst() else {
        throw Failure(
          .usage,
          "the network reads \(names.count) arrays, \(names.joined(separator: ", ")); "
            + "--tensors \(port.name)=x.npy lacks")
      }
      return next
    }
    if let left = rest.first {
      throw Failure(.usage, "--tensors \(left.text): the network reads \(names.count) arrays")
    }
    for (port, entry) in zip(graph.inputs, entries) {
      let wanted = graph[port.value].shape.dimensions
      guard Array(entry.tensor.shape.dimensions.dropFirst()) == wanted else {
        throw Failure(.badData, Self.mismatch(entry, wanted, graph))
      }
    }
    return entries.map(\.tensor)
  }

  private static func mismatch(_ entry: Entry, _ wanted: [Int], _ graph: Graph) -> String {
    let format = wanted.count == 3 ? " (\(graph.dataFormat.rawValue))" : ""
    guard wanted.count == 3, entry.tensor.shape.rank == 4,
      let image = graph.dataFormat.image(in: entry.tensor.shape),
      image.channels != graph.input.channels
    else {
      return
        "\(entry.text): the network reads N×\(Shape(wanted))\(format), this is \(entry.tensor.shape)"
    }
    return
      "\(entry.text): images of \(image.channels) channels (\(graph.dataFormat.rawValue)), but the "
      + "network reads \(graph.input.channels)"
  }
}
