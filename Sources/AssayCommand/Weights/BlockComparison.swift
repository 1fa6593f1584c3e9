import Architectures
import Documents
import Networks
import Tensors

/// Why deep residual networks have bottlenecks: the same channels, fewer weights and less work.
struct BlockComparison {
  /// A residual network of one stage with just one block, the second of its stage being measured.
  private func measured(
    _ block: PreActivationResNet.Block, filters: Int
  ) throws -> (parameters: Int, work: Int, weights: Int) {
    let network = PreActivationResNet(blocksPerStage: [2], block: block, filters: filters)
    let graph = try Graph(tracing: network, input: ImageShape(height: 224, width: 224))
    let nodes = graph.layers.filter { $0.path.hasPrefix("stage2/block2/") }
    let parameters = nodes.flatMap(\.parameters)
    return (
      parameters.filter(\.role.isTrainable).reduce(0) { $0 + $1.shape.elementCount },
      nodes.reduce(0) { $0 + graph.multiplyAccumulates(of: $1) },
      parameters.filter { $0.role == .kernel }.reduce(0) { $0 + $1.shape.elementCount }
    )
  }

  var text: String {
    get throws {
      var table = TextTable(
        columns: [
          .left("block"), .left("convolutions"), .right("channels in and out"),
          .right("kernel weights"), .right("trainable parameters"), .right("MACs at 56×56"),
        ])
      let rows: [(String, String, PreActivationResNet.Block, Int, Int)] = [
        ("regular", "3×3, 3×3", .regular, 64, 64),
        ("regular", "3×3, 3×3", .regular, 256, 256),
        ("bottleneck", "1×1 to 64, 3×3, 1×1 to 256", .bottleneck, 64, 256),
      ]
      for (name, convolutions, block, filters, channels) in rows {
        let size = try measured(block, filters: filters)
        table.add([
          name, convolutions, "\(channels)", "\(size.weights)", "\(size.parameters)",
          "\(size.work)",
        ])
      }
      return table.text + "\n\n"
        + "Identity shortcut, biases and batch norms included in the parameters."
    }
  }
}
