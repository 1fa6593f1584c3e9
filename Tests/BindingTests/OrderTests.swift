import Binding
import Checkpoints
import Layers
import Networks
import Tensors
import Testing

/// Two paths side by side, of one shape or of two.
private struct TwoPaths: Block {
  var filters: Int

  func callAsFunction(_ image: Signal) -> Signal {
    let stem = image.conv("stem", filters: 4, kernel: 3, padding: .same)
    let left = stem.conv("left", filters: 4, kernel: 1).batchNorm("leftNorm")
    let right = stem.conv("inner", filters: filters, kernel: 1).conv("right", filters: 4, kernel: 1)
    return left + right
  }

  static func graph(filters: Int) throws -> Graph {
    try Graph(
      tracing: TwoPaths(filters: filters), input: ImageShape(height: 4, width: 4, channels: 2))
  }
}

@Suite("Binding by order")
struct OrderTests {
  /// A checkpoint of a graph's layers in the given order, each filled with its place.
  private func checkpoint(_ nodes: [LayerSpan]) -> Checkpoint {
    Checkpoint(
      layers: nodes.enumerated().map { place, node in
        (
          name: "layer\(place)",
          variables: node.parameters.map {
            (name: $0.role.rawValue, tensor: Tensor(shape: $0.shape, repeating: Float(place)))
          }
        )
      })
  }

  @Test("Layers are paired in Keras's order where no two can be swapped")
  func pairs() throws {
    let graph = try TwoPaths.graph(filters: 3)
    let plan = try BindingPlan(byOrder: graph, to: checkpoint(graph.kerasLayerOrder()))
    for (place, node) in graph.kerasLayerOrder().enumerated() {
      for parameter in node.parameters {
        #expect(try plan.boundGraph.values(of: parameter).first == Float(place))
      }
    }
    #expect(plan.steps.allSatisfy { $0.evidence == "order" })
  }

  @Test("Two layers of one shape side by side are refused by name")
  func swappable() throws {
    let graph = try TwoPaths.graph(filters: 4)
    #expect(throws: OrderError.swappable("left", "inner")) {
      try BindingPlan(byOrder: graph, to: checkpoint(graph.kerasLayerOrder()))
    }
  }

  @Test("Another number of layers, another shape, and a layout without order are refused")
  func refused() throws {
    let graph = try TwoPaths.graph(filters: 3)
    let nodes = graph.kerasLayerOrder()
    let error = try #require(throws: OrderError.self) {
      try BindingPlan(byOrder: graph, to: checkpoint([nodes[0]] + nodes.dropFirst(2)))
    }
    #expect(
      error.description
        == "\(nodes.count - 1) layers with weights in the file, \(nodes.count) in the network; they "
        + "part where the file has layer1 and the network \(nodes[1].path)")
    #expect(throws: BindingError.self) {
      try BindingPlan(byOrder: graph, to: checkpoint(nodes.reversed()))
    }
    let unordered = unsafe Checkpoint(layers: [], format: .weightsV3) { _, _ in }
    #expect(throws: OrderError.noOrder) { try BindingPlan(byOrder: graph, to: unordered) }
  }
}
