import Layers
import Networks

/// What all convolutions of the Inception networks are: no bias, a batch norm without a gamma, a ReLU.
struct InceptionConvolution {
  var filters: Int
  var kernel: Extent
  var stride: Extent = 1
  var padding = Padding.same

  /// A convolution of the given width and kernel, `same` and of stride 1 but where told.
  init(_ filters: Int, _ kernel: Extent = 1, stride: Extent = 1, padding: Padding = .same) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// 3×3, of stride 2, without padding: what makes a map smaller.
  static func reduction(_ filters: Int) -> InceptionConvolution {
    InceptionConvolution(filters, 3, stride: 2, padding: .valid)
  }

  /// A row of seven.
  static let row7 = Extent(height: 1, width: 7)
  /// A column of seven.
  static let column7 = Extent(height: 7, width: 1)
  /// A row of three.
  static let row3 = Extent(height: 1, width: 3)
  /// A column of three.
  static let column3 = Extent(height: 3, width: 1)
}

extension Signal {
  /// Adds a convolution of an Inception network, the first of a branch under the number 1.
  func inceptionConv(_ convolution: InceptionConvolution, number: Int) -> Signal {
    conv(
      "conv\(number)", filters: convolution.filters, kernel: convolution.kernel,
      strides: convolution.stride, padding: convolution.padding, bias: false
    )
    .batchNorm("norm\(number)", scale: false).relu()
  }
}

/// Convolutions one after the other.
struct InceptionBranch: Block {
  var convolutions: [InceptionConvolution]
  /// Two convolutions that both read the last one's result; theirs lie side by side.
  var fork: [InceptionConvolution] = []
  /// Whether the mean of each 3×3 pixels is taken first.
  var poolsFirst = false

  /// A branch of these convolutions.
  init(
    _ convolutions: [InceptionConvolution], fork: [InceptionConvolution] = [],
    poolsFirst: Bool = false
  ) {
    self.convolutions = convolutions
    self.fork = fork
    self.poolsFirst = poolsFirst
  }

  func callAsFunction(_ x: Signal) -> Signal {
    var x = poolsFirst ? x.averagePool(3, strides: 1, padding: .same) : x
    for (index, convolution) in convolutions.enumerated() {
      x = x.inceptionConv(convolution, number: index + 1)
    }
    let tines = fork.enumerated().map { index, tine in
      x.inceptionConv(tine, number: convolutions.count + index + 1)
    }
    return tines.isEmpty ? x : tines[0].concatenated(with: Array(tines.dropFirst()))
  }
}

/// Branches side by side.
struct InceptionBlock: Block {
  var branches: [InceptionBranch]
  /// Whether the largest of each 3×3 pixels, at stride 2, is the last branch.
  var endsWithPool = false

  func callAsFunction(_ x: Signal) -> Signal {
    var results = branches.enumerated().map { index, branch in
      x.applying(branch, as: "branch\(index + 1)")
    }
    if endsWithPool { results.append(x.maxPool(3, strides: 2)) }
    return results[0].concatenated(with: Array(results.dropFirst()))
  }
}

/// The first five convolutions of InceptionV3 and InceptionResNetV2, with two max-pools.
struct InceptionStem: Block {
  func callAsFunction(_ image: Signal) -> Signal {
    image
      .conv("conv", filters: 32, kernel: 3, strides: 2, bias: false)
      .batchNorm("norm", scale: false).relu()
      .inceptionConv(InceptionConvolution(32, 3, padding: .valid), number: 2)
      .inceptionConv(InceptionConvolution(64, 3), number: 3)
      .maxPool(3, strides: 2)
      .inceptionConv(InceptionConvolution(80, 1, padding: .valid), number: 4)
      .inceptionConv(InceptionConvolution(192, 3, padding: .valid), number: 5)
      .maxPool(3, strides: 2)
  }
}
