import Layers
public import Networks

/// DenseNet: every block appends its maps to all maps before it.
///
/// Huang et al., "Densely Connected Convolutional Networks", 2017, table 1 (`keras.applications.DenseNet121`, `169`,
/// `201`).
///
/// Input `H × W × C`, output `classes` logits. Batch norm and ReLU stand before each convolution; ε is 1.001e-5.
public struct DenseNet: Classifier {
  /// How many blocks each stage has, first stage first.
  public var blocksPerStage: [Int]
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network; the published depths are ``depth121``, ``depth169`` and ``depth201``.
  public init(blocksPerStage: [Int], classes: Int = 1000) {
    self.blocksPerStage = blocksPerStage
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    pooledFeatures(image).applying(DenseHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps.
  public func pooledFeatures(_ image: Signal) -> Signal {
    var x = image.applying(DenseStem(), as: "stem")
    for (stage, blocks) in blocksPerStage.enumerated() {
      for block in 1...blocks {
        x = x.applying(DenseBlock(), as: "stage\(stage + 2)/block\(block)")
      }
      if stage < blocksPerStage.count - 1 {
        x = x.applying(DenseTransition(), as: "transition\(stage + 2)")
      }
    }
    return x.applying(DenseEnd(), as: "head")
  }

  /// ε of every batch norm.
  fileprivate static let epsilon: Float = 1.001e-5

  /// 121 layers.
  public static let depth121 = DenseNet(blocksPerStage: [6, 12, 24, 16])
  /// 169 layers.
  public static let depth169 = DenseNet(blocksPerStage: [6, 12, 32, 32])
  /// 201 layers.
  public static let depth201 = DenseNet(blocksPerStage: [6, 12, 48, 32])
}

/// 7×7/2 convolution after three zeros all around, and a 3×3/2 max-pool after one.
private struct DenseStem: Block {
  func callAsFunction(_ image: Signal) -> Signal {
    image
      .zeroPadding(EdgePadding(all: 3))
      .conv("conv", filters: 64, kernel: 7, strides: 2, bias: false)
      .batchNorm("norm", epsilon: DenseNet.epsilon).relu()
      .zeroPadding(EdgePadding(all: 1)).maxPool(3, strides: 2)
  }
}

/// A bottleneck of 128 channels, and 32 new maps behind those that there are: growth rate 32.
///
/// Input `H × W × C`, output `H × W × (C + 32)`.
private struct DenseBlock: Block {
  func callAsFunction(_ x: Signal) -> Signal {
    let new =
      x.batchNorm("norm", epsilon: DenseNet.epsilon).relu()
      .conv("reduce", filters: 128, kernel: 1, bias: false)
      .batchNorm("reduceNorm", epsilon: DenseNet.epsilon).relu()
      .conv("spatial", filters: 32, kernel: 3, padding: .same, bias: false)
    return x.concatenated(with: new)
  }
}

/// Half as many maps, each of a quarter of the pixels.
private struct DenseTransition: Block {
  func callAsFunction(_ x: Signal) -> Signal {
    x.batchNorm("norm", epsilon: DenseNet.epsilon).relu()
      .conv("conv", filters: x.channels / 2, kernel: 1, bias: false)
      .averagePool(2, strides: 2)
  }
}

/// The batch norm of all maps, a ReLU, and their means.
private struct DenseEnd: Block {
  func callAsFunction(_ x: Signal) -> Signal {
    x.batchNorm("norm", epsilon: DenseNet.epsilon).relu().globalAveragePool()
  }
}
