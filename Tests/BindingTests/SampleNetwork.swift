import Binding
import Checkpoints
import Layers
import Networks
import Tensors

/// A stem, two blocks whose weights all have one shape, and a head.
struct Sample: Block {
  struct Residual: Block {
    func callAsFunction(_ x: Signal) -> Signal {
      let skip = x.conv("project", filters: 2, kernel: 1)
      return x.conv("main", filters: 2, kernel: 1) + skip
    }
  }

  func callAsFunction(_ image: Signal) -> Signal {
    image.applying(Residual(), as: "stage2/block1").applying(Residual(), as: "stage2/block2")
      .globalAveragePool().dense("logits", units: 3)
  }

  static let scoped: NameMap = [
    "stage{s}/block{b}/project": "conv{s}_block{b}_0_conv",
    "stage{s}/block{b}/main": "conv{s}_block{b}_1_conv",
    "logits": "predictions",
  ]

  static let numbered: NameMap = [
    "stage{s}/block{b}/project": "conv2d{#}",
    "stage{s}/block{b}/main": "conv2d{#}",
    "logits": "logits",
  ]

  static func graph() throws -> Graph {
    try Graph(tracing: Sample(), input: ImageShape(height: 2, width: 2, channels: 2))
  }

  /// A legacy checkpoint with convolutions of the given names, in the file's order; each kernel is
  /// filled with its place in that order.
  static func checkpoint(
    _ convolutions: [String], head: String = "predictions", classes: Int = 3
  ) -> Checkpoint {
    let layers = convolutions.enumerated().map { place, name in
      (
        name: name,
        variables: [
          (name: "kernel:0", tensor: Tensor(shape: [1, 1, 2, 2], repeating: Float(place))),
          (name: "bias:0", tensor: Tensor(shape: [2])),
        ]
      )
    }
    let dense = (
      name: head,
      variables: [
        (name: "kernel:0", tensor: Tensor(shape: [2, classes])),
        (name: "bias:0", tensor: Tensor(shape: [classes])),
      ]
    )
    return Checkpoint(layers: layers + [dense])
  }

  static let scopedNames = [
    "conv2_block1_1_conv", "conv2_block1_0_conv", "conv2_block2_1_conv", "conv2_block2_0_conv",
  ]
}
