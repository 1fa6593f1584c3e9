package import Binding
package import Checkpoints
import JSON
import Networks

extension CheckpointExport {
  /// The weights of a plan in a network that was made of the plan's own, with its config.
  ///
  /// - Throws: ``Incomplete/weight(_:)`` for one that the plan was allowed to lack.
  package init(
    _ network: ExportedNetwork, _ plan: BindingPlan, of checkpoint: Checkpoint, named name: String,
    for container: ExportedNetwork.Container
  ) throws(Incomplete) {
    let steps = Dictionary(
      plan.steps.map { ($0.parameter, $0) }, uniquingKeysWith: { first, _ in first })
    var counters: [String: Int] = [:]
    var layers: [Layer] = []
    for span in network.layers {
      // Keras numbers the groups of a class whether its layers have weights or not.
      let stem = span.kerasGroup
      let number = counters[stem, default: 0]
      counters[stem] = number + 1
      guard !span.parameters.isEmpty else { continue }
      var variables: [Variable] = []
      for parameter in span.parameters {
        guard let origin = network.origins[parameter], let step = steps[origin] else {
          throw .weight(parameter.path)
        }
        variables.append(
          Variable(role: parameter.role, tensor: step.tensor, transforms: step.transforms))
      }
      layers.append(
        Layer(
          name: span.path, group: "/layers/\(number == 0 ? stem : "\(stem)_\(number)")",
          kerasClass: stem, variables: variables))
    }
    self.init(
      layers: layers, source: checkpoint,
      description: Description(
        config: network.config(named: name, for: container).text,
        kerasVersion: ExportedNetwork.kerasVersion))
  }
}
