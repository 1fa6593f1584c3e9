import Layers
public import Networks

/// NASNet-A, mobile and large: two kinds of cells that a search has found, each of which reads the two before it.
///
/// Zoph et al., "Learning Transferable Architectures for Scalable Image Recognition", 2018, figure 4
/// (`keras.applications.NASNetMobile`, `NASNetLarge`).
///
/// Input `H × W × C`, output `classes` logits. No convolution has a bias.
public struct NASNet: Classifier {
  /// How many normal cells each of the three stages has.
  public var cells: Int
  /// The width of the first stage; each later stage has twice the width of the one before.
  public var filters: Int
  /// The width of the first convolution.
  public var stemFilters: Int
  /// Whether the first cell of a stage reads, as the older of its two inputs, what stood before the reduction's own.
  public var skipsReduction: Bool
  /// The number of classes, which is the number of logits.
  public var classes: Int

  /// Creates a network; the published ones are ``mobile`` and ``large``.
  public init(
    cells: Int, filters: Int, stemFilters: Int, skipsReduction: Bool, classes: Int = 1000
  ) {
    self.cells = cells
    self.filters = filters
    self.stemFilters = stemFilters
    self.skipsReduction = skipsReduction
    self.classes = classes
  }

  /// Adds the network after `image`; the result is the logits.
  public func callAsFunction(_ image: Signal) -> Signal {
    pooledFeatures(image).applying(DenseHead(classes: classes), as: "head")
  }

  /// Adds the network without its head; the result is the mean of each of the last maps.
  public func pooledFeatures(_ image: Signal) -> Signal {
    let stem = image.applying(NASNetStem(filters: stemFilters), as: "stem")
    var before = stem
    var x = stem.wired(as: "stem1") { ReductionCell(filters: filters / 4)($0, before: nil) }
    func add(_ name: String, _ cell: (Signal, Signal) -> Signal) {
      (before, x) = (x, x.wired(as: name) { cell($0, before) })
    }
    add("stem2") { ReductionCell(filters: filters / 2)($0, before: $1) }
    for stage in 0..<3 {
      let width = filters << stage
      if stage > 0 {
        let older = before
        add("reduction\(stage * cells)") { ReductionCell(filters: width)($0, before: $1) }
        if skipsReduction { before = older }
      }
      for cell in 0..<cells {
        // Keras leaves one number out after the first stage, for the reduction.
        let number = stage * cells + (stage > 0 ? 1 : 0) + cell
        add("cell\(number)") { NormalCell(filters: width)($0, before: $1) }
      }
    }
    return x.relu().globalAveragePool()
  }

  /// NASNet-A (4 @ 1056).
  public static let mobile = NASNet(
    cells: 4, filters: 44, stemFilters: 32, skipsReduction: false)
  /// NASNet-A (6 @ 4032).
  public static let large = NASNet(cells: 6, filters: 168, stemFilters: 96, skipsReduction: true)
}

/// A 3×3 convolution of stride 2, without padding.
private struct NASNetStem: Block {
  var filters: Int

  func callAsFunction(_ image: Signal) -> Signal {
    image.conv("conv", filters: filters, kernel: 3, strides: 2, bias: false).batchNorm("norm")
  }
}
