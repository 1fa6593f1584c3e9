import Checkpoints
import Digests
import Documents
import Evaluation
import Foundation
import Tensors

/// A checkpoint as a table or as JSON: a line a weight, layers in the file's order.
struct CheckpointListing: Encodable {
  let file: String
  let format: String
  let kerasVersion: String?
  let backend: String?
  let layers: [Layer]
  let leftOut: [String]

  /// A layer of the file; one without weights has none.
  struct Layer: Encodable {
    let name: String
    let weights: [Weight]
  }

  /// A weight, with what was asked of its values.
  struct Weight: Encodable {
    let name: String
    let path: String
    let shape: [Int]
    let type: String
    let bytes: Int
    let stats: Stats?
    let sha256: String?
  }

  /// What the values are like.
  struct Stats: Encodable {
    let minimum: Float
    let maximum: Float
    let mean: Double
    let deviation: Double
    let zeros: Int
    let nonFinite: Int
  }

  init(_ checkpoint: Checkpoint, file: String, stats: Bool, hash: Bool) throws {
    self.file = file
    format = checkpoint.format.description
    kerasVersion = checkpoint.kerasVersion
    backend = checkpoint.backend
    leftOut = checkpoint.leftOut.map(\.description)
    layers = try checkpoint.layers.map { layer in
      let weights = try layer.tensors.map { tensor in
        let values = stats || hash ? try checkpoint.tensor(tensor) : nil
        return Weight(
          name: tensor.name, path: tensor.path, shape: tensor.shape.dimensions,
          type: tensor.typeDescription, bytes: tensor.storedBytes,
          stats: stats ? values.map(Stats.init) : nil,
          sha256: hash ? values.map(Self.sha256) : nil)
      }
      return Layer(name: layer.label, weights: weights)
    }
  }

  var text: String {
    var head = "\(file): \(format)"
    if let kerasVersion { head += ", Keras \(kerasVersion)" }
    if let backend { head += ", \(backend)" }
    let weights = layers.flatMap(\.weights)
    let hasStats = weights.contains { $0.stats != nil }
    let hasHash = weights.contains { $0.sha256 != nil }
    var table = TextTable(
      columns: [
        .left("layer"), .left("weight"), .right("shape"), .left("type"), .right("bytes"),
      ] + (hasStats ? Stats.columns : []) + (hasHash ? [.left("sha256")] : []))
    for layer in layers {
      for weight in layer.weights {
        table.add(
          [
            layer.name, weight.name, "\(Shape(weight.shape))", weight.type, "\(weight.bytes)",
          ] + (hasStats ? weight.stats?.cells ?? [] : []) + (hasHash ? [weight.sha256 ?? ""] : []))
      }
    }
    let parameters = weights.reduce(0) { $0 + $1.shape.reduce(1, *) }
    let bytes = weights.reduce(0) { $0 + $1.bytes }
    let weightless = layers.count { $0.weights.isEmpty }
    let sums =
      "\(layers.count - weightless) layers with \(weights.count) weights, "
      + "\(parameters) parameters, \(bytes) bytes; \(weightless) layers without weights"
    return ([head.shown, "", table.text, "", sums] + leftOut.map { "left out: \($0)".shown })
      .joined(separator: "\n")
  }

  private static func sha256(_ tensor: Tensor) -> String {
    var hash = SHA256()
    hash.update(data: tensor.values.littleEndianBytes)
    return hash.finalize().hexadecimal
  }
}

extension CheckpointListing.Stats {
  init(_ tensor: Tensor) {
    let found = TensorStatistics(tensor)
    self.init(
      minimum: found.minimum, maximum: found.maximum, mean: found.mean,
      deviation: found.deviation, zeros: found.zeroCount, nonFinite: found.nonFiniteCount)
  }

  static let columns: [TextTable.Column] = ["min", "max", "mean", "std", "zeros", "non-finite"]
    .map { .right($0) }

  var cells: [String] {
    [Double(minimum), Double(maximum), mean, deviation].map { String(format: "%.5g", $0) }
      + ["\(zeros)", "\(nonFinite)"]
  }
}

/// The paths in a checkpoint as a tree.
struct CheckpointTree {
  let checkpoint: Checkpoint

  init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

  var text: String {
    var lines: [String] = []
    var open: [Substring] = []
    let tensors = checkpoint.layers.flatMap(\.tensors)
    for tensor in tensors.sorted(by: { $0.path < $1.path }) {
      let parts = tensor.path.split(separator: "/")
      var common = 0
      while common < min(open.count, parts.count - 1), open[common] == parts[common] { common += 1 }
      for depth in common..<parts.count {
        let detail = depth == parts.count - 1 ? "  \(tensor.shape) \(tensor.type)" : "/"
        lines.append(
          String(repeating: "  ", count: min(depth, 64)) + String(parts[depth]).shown + detail)
      }
      open = Array(parts.dropLast())
    }
    return lines.joined(separator: "\n")
  }
}
