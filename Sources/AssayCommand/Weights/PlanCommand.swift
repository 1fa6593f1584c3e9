import Architectures
import ArgumentParser
import Binding
import Checkpoints
import Documents
import Foundation
import Models
import Networks
import Tensors

/// `assay plan`: which tensor would go where, and why.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows where each tensor of a checkpoint would go, and why; runs nothing.",
    discussion: """
      Examples:
        assay plan --model resnet50 --weights w.h5
        assay plan --model preact-resnet18 --weights w.h5 --json
        assay plan --model resnet50 --write-map names.map
        assay plan --model resnet50 --weights w.h5 --map names.map
      """)

  @OptionGroup var model: ModelOptions

  @OptionGroup var checkpoint: CheckpointOptions

  /// The checkpoint, if one was named.
  var weights: String? { checkpoint.named }

  @OptionGroup var trust: TrustOptions

  @Flag(help: "Prints JSON, one object a tensor.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Writes the names of the model as a table for --map, and binds nothing.",
      valueName: "names.map"))
  var writeMap: OutputFile?

  func validate() throws {
    guard weights != nil || writeMap != nil else {
      throw ValidationError(
        "give a checkpoint, as the first argument or with --weights, or --write-map")
    }
  }

  func run() throws {
    if let writeMap {
      let outputs = Outputs([("--write-map", writeMap)])
      try outputs.check(reading: model.variant.inputs + [weights].compactMap(\.self))
      return try writeMap.write(Data(model.recipe().nameMap.text.utf8))
    }
    guard let weights else { return }
    let loaded = try Model(model.model, model.variant, weights: weights, trust: trust)
    StandardOutput.show(
      json ? try PlanListing(loaded.plan).json() : PlanListing(loaded.plan).text)
  }
}

/// A binding plan as a table or as JSON.
struct PlanListing {
  let plan: BindingPlan

  init(_ plan: BindingPlan) { self.plan = plan }

  var text: String {
    var table = TextTable(
      columns: [
        .left("tensor in the file"), .left("goes to"), .right("shape"), .left("found by"),
        .left("transform"),
      ])
    for step in plan.steps {
      table.add([
        "\(step.layerName): \(step.tensor.name)", step.parameter.path, "\(step.parameter.shape)",
        step.evidence, step.transform,
      ])
    }
    let place =
      plan.scope.isEmpty
      ? ""
      : "\n\nthe network stands in \(plan.scope.joined(separator: "/").shown), a model inside the model"
    let sum =
      plan.allowances.isEmpty
      ? "\(plan.steps.count) tensors, all bound, none left over"
      : "\(plan.steps.count) tensors bound; allowed not to fit:\n  "
        + plan.allowances.map(\.shown).joined(separator: "\n  ")
    return table.text + place + "\n\n" + sum
  }

  private struct Row: Encodable {
    let layer: String
    let tensor: String
    let path: String
    let type: String
    let parameter: String
    let shape: [Int]
    let evidence: String
    let transform: String
  }

  func json() throws -> String {
    let rows = plan.steps.map { step in
      Row(
        layer: step.layerName, tensor: step.tensor.name, path: step.tensor.path,
        type: "\(step.tensor.type)", parameter: step.parameter.path,
        shape: step.parameter.shape.dimensions, evidence: step.evidence,
        transform: step.transform)
    }
    return try JSONText.encode(rows)
  }
}
