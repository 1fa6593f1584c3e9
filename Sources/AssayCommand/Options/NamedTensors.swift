import Foundation
import Models
import Networks
import Tensors
import Verification

/// Arrays for the inputs of a network, as `x.npy` or `name=x.npy`, or from a golden.
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
      let (name, path) = Self.parts(of: text)
      return Entry(text: text, name: name, tensor: try TensorFile.read(path))
    }
  }

  /// The files that such texts name.
  static func files(_ texts: [String]) -> [String] { texts.map { parts(of: $0).path } }

  private static func parts(of text: String) -> (name: String?, path: String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, !FileManager.default.fileExists(atPath: text) else {
      return (nil, text)
    }
    return (parts[0], parts[1])
  }

  /// The arrays that a golden holds.
  init(_ golden: Golden) throws {
    guard let tensors = try golden.inputs() else {
      throw Failure(
        .usage, "\(golden.name) does not hold its images; --tensors tells where they are")
    }
    all = zip(golden.manifest.allInputs, tensors).map {
      Entry(text: golden.name, name: $0.name, tensor: $1)
    }
  }

  /// The arrays in the order of a network's inputs, its images as it reads them.
  ///
  /// - Parameter format: How the arrays' images lie, where that is not as the network reads them.
  func inputs(of loaded: Model, lying format: DataFormat? = nil) throws -> [Tensor] {
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
    return try zip(graph.inputs, entries).map { port, entry in
      let tensor = entry.tensor.convertedIfImages(
        from: format ?? graph.dataFormat, to: graph.dataFormat)
      let wanted = graph[port.value].shape.dimensions
      guard Array(tensor.shape.dimensions.dropFirst()) == wanted else {
        throw Failure(.badData, Self.mismatch(entry.text, tensor.shape, wanted, graph))
      }
      return tensor
    }
  }

  private static func mismatch(
    _ text: String, _ shape: Shape, _ wanted: [Int], _ graph: Graph
  ) -> String {
    let format = wanted.count == 3 ? " (\(graph.dataFormat.rawValue))" : ""
    guard wanted.count == 3, shape.rank == 4,
      let image = graph.dataFormat.image(in: shape),
      image.channels != graph.input.channels
    else {
      return
        "\(text): the network reads N×\(Shape(wanted))\(format), this is \(shape)"
    }
    return
      "\(text): images of \(image.channels) channels (\(graph.dataFormat.rawValue)), but the "
      + "network reads \(graph.input.channels)"
  }
}
