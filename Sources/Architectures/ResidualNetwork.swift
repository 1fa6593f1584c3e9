import Layers
import Networks

/// What every residual classifier of this package lets its user choose.
///
/// A checkpoint shows the filters in the shape of its stem, so these need not be typed; see
/// `ModelRecipe.fitted(to:)`.
public protocol ResidualNetwork: Classifier {
  /// How many residual blocks each stage has, first stage first.
  var blocksPerStage: [Int] { get set }
  /// The width of the first stage; each later stage has twice the width of the one before.
  var filters: Int { get set }
}

extension ResidualNetwork {
  /// Runs `block` for every block of every stage.
  ///
  /// Stages are numbered from 2, as in the papers, where the stem is `conv1`; blocks from 1.
  func stages(
    _ input: Signal,
    block: (_ stage: Int, _ index: Int, _ isLast: Bool, _ width: Int) -> some Block
  ) -> Signal {
    var x = input
    for (stage, blocks) in blocksPerStage.enumerated() {
      for index in 0..<blocks {
        let layer = block(stage, index, index == blocks - 1, filters << stage)
        x = x.applying(layer, as: "stage\(stage + 2)/block\(index + 1)")
      }
    }
    return x
  }
}
