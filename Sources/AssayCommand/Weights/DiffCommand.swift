import Architectures
import ArgumentParser
import Binding
import Checkpoints
import Documents
import Models
import Networks
import Tensors

/// `assay diff`: which tensors of two checkpoints differ, and by how much.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compares two checkpoints tensor by tensor; exit code 1 if they differ.",
    discussion: """
      Examples:
        assay diff before.h5 after.h5
        assay diff old.h5 new.weights.h5 --bound-to resnet50

      Layers are paired by name, or with --bound-to by their place in a network, whatever either \
      file calls them.
      """)

  @Argument(help: ArgumentHelp("The first checkpoint.", valueName: "a"), completion: .file())
  var first: String

  @Argument(help: ArgumentHelp("The second checkpoint.", valueName: "b"), completion: .file())
  var second: String

  @Option(
    help: ArgumentHelp("Pairs the tensors by their place in this network.", valueName: "model"),
    completion: .list(ModelRecipe.names))
  var boundTo: String?

  @OptionGroup var variant: NetworkOptions

  @OptionGroup var trust: TrustOptions

  func run() throws {
    let comparison =
      if let boundTo {
        CheckpointComparison(
          try bound(first, as: boundTo), try bound(second, as: boundTo))
      } else {
        CheckpointComparison(try named(first), try named(second))
      }
    let report = try comparison.report()
    StandardOutput.show(report.text)
    if !report.isSame { throw Failure(.comparisonFailed, "\(first) and \(second) differ") }
  }

  private func bound(_ file: String, as model: String) throws -> CheckpointComparison.Side {
    let loaded = try Model(model, variant, weights: file, trust: trust)
    return CheckpointComparison.Side(
      file: file, checkpoint: loaded.checkpoint,
      tensors: loaded.plan.steps.map { step in
        (
          step.parameter.path,
          CheckpointComparison.Variable(tensor: step.tensor, transforms: step.transforms)
        )
      })
  }

  private func named(_ file: String) throws -> CheckpointComparison.Side {
    let checkpoint = try Checkpoint(
      contentsOf: file, isolation: trust.isolation, variables: variant.variables)
    let tensors = checkpoint.layers.flatMap { layer in
      layer.tensors.map {
        ("\(layer.name ?? layer.location)/\($0.index)", CheckpointComparison.Variable(tensor: $0))
      }
    }
    if let unnamed = checkpoint.layers.first(where: { !$0.tensors.isEmpty && $0.name == nil }) {
      StandardError.write(
        "\(file) does not name its layers (\(unnamed.location)); --bound-to pairs them")
    }
    return CheckpointComparison.Side(file: file, checkpoint: checkpoint, tensors: tensors)
  }
}

/// Two checkpoints side by side.
struct CheckpointComparison {
  /// One of them: its tensors under the names by which they are paired.
  struct Side {
    let file: String
    let checkpoint: Checkpoint
    let tensors: [(key: String, tensor: Variable)]

    func values(_ variable: Variable) throws -> Tensor {
      try checkpoint.tensor(variable.tensor, applying: variable.transforms)
    }
  }

  /// A tensor as it is compared.
  struct Variable {
    let tensor: CheckpointTensor
    var transforms: [WeightTransform] = []

    var shape: Shape { transforms.reduce(tensor.shape) { $1.shape(after: $0) } }
  }

  let first: Side
  let second: Side

  init(_ first: Side, _ second: Side) {
    self.first = first
    self.second = second
  }

  /// What a comparison found.
  struct Report {
    let text: String
    let isSame: Bool
  }

  func report() throws -> Report {
    let others = Dictionary(
      second.tensors.map { ($0.key, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    let keys = Set(first.tensors.map(\.key))
    var table = TextTable(
      columns: [
        .left("tensor"), .right("shape"), .right("elements that differ"), .right("largest"),
        .right("largest value"),
      ])
    var differing = 0
    var lines: [String] = []
    for (key, tensor) in first.tensors {
      guard let other = others[key] else {
        lines.append("only in \(first.file): \(key) \(tensor.shape)".shown)
        continue
      }
      guard tensor.shape == other.shape else {
        lines.append(
          "\(key): \(tensor.shape) in \(first.file), \(other.shape) in \(second.file)".shown)
        continue
      }
      let difference = TensorDifference(
        try first.values(tensor), try second.values(other))
      guard difference.count > 0 else { continue }
      differing += 1
      table.add([
        key, "\(tensor.shape)", "\(difference.count)", "\(difference.largest)",
        "\(difference.scale)",
      ])
    }
    for (key, tensor) in second.tensors where !keys.contains(key) {
      lines.append("only in \(second.file): \(key) \(tensor.shape)".shown)
    }
    if differing > 0 { lines.append(table.text) }
    let isSame = lines.isEmpty
    if isSame { lines.append("\(first.tensors.count) tensors, all equal") }
    return Report(text: lines.joined(separator: "\n"), isSame: isSame)
  }
}
