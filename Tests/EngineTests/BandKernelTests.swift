import CBands
import CDirect
import CLoops
import Foundation
import TestSupport
import Testing

@Suite("Rows of layers are what the layers are, with every instruction set that the machine has")
struct BandKernelTests {
  /// Instructions, and what 1×1 convolutions multiply with them.
  struct Machine: Sendable {
    var instructions: cb_instructions
    var products = CB_FLOATS
  }

  /// Those that this machine has.
  static let machines: [Machine] = {
    var all = [CB_PORTABLE, CB_AVX2, CB_AVX512].filter { cb_best($0) == $0 }.map {
      Machine(instructions: $0)
    }
    all += all.map { Machine(instructions: $0.instructions, products: CB_STRASSEN) }
    if cd_best(CD_AVX512_BF16) == CD_AVX512_BF16 {
      all.append(Machine(instructions: CB_AVX512, products: CB_DOTS))
    }
    // To ask for tiles gives the process leave to use them.
    if cd_best(CD_AMX) == CD_AMX {
      all.append(Machine(instructions: CB_AVX512, products: CB_TILES))
    }
    if cd_best(CD_AVX512_VNNI) == CD_AVX512_VNNI {
      all.append(Machine(instructions: CB_AVX512, products: CB_BYTE_DOTS))
    }
    if cd_best(CD_AMX) == CD_AMX {
      all.append(Machine(instructions: CB_AVX512, products: CB_BYTE_TILES))
    }
    return all
  }()

  /// Those whose products keep what is not a number.
  static let floating = machines.indices.filter {
    machines[$0].products != CB_BYTE_DOTS && machines[$0].products != CB_BYTE_TILES
  }

  /// Those of attention.
  static let attending = floating.filter { machines[$0].products != CB_STRASSEN }

  /// A chain: its images, and the layers that follow each other.
  struct Case: Sendable {
    var batch = 2
    var channels: Int
    var height: Int
    var width: Int
    var layers: [Layer]
  }

  struct Layer: Sendable {
    enum Kind: Sendable {
      case affine, factors, normalize(isCentered: Bool), pointwise(Int), depthwise(
        Int, stride: Int, dilation: Int)
      /// Filters of windows over all channels, which are read in plain order.
      case images(Int, size: Int, stride: Int)
      /// Of windows with so many rows and columns before the map, negative where they begin within it; in all there is
      /// one less around it than a window has.
      case pool(Int, stride: Int, top: Int, isMaximum: Bool, zeros: Bool)
    }
    var kind: Kind
    var least = -Float.infinity
    var most = Float.infinity
    var isSilu = false
    var adds = false
    /// Whether it multiplies floats by Strassen's algorithm where others round them.
    var isKept = false
  }

  static let cases =
    [
      // Odd numbers of pixels and channels, of less than a block and of more.
      Case(channels: 3, height: 5, width: 7, layers: [Layer(kind: .pointwise(5), least: 0)]),
      Case(
        batch: 3, channels: 24, height: 1, width: 19,
        layers: [Layer(kind: .pointwise(72), adds: true)]),
      Case(
        batch: 5, channels: 40, height: 3, width: 3,
        layers: [Layer(kind: .pointwise(200), isSilu: true)]),
      Case(
        channels: 17, height: 9, width: 13,
        layers: [Layer(kind: .depthwise(3, stride: 1, dilation: 1), most: 0.5)]),
      // Rows whose ends are no whole tile, of which one is shorter than any but the least.
      Case(
        batch: 1, channels: 20, height: 5, width: 3,
        layers: [Layer(kind: .depthwise(3, stride: 1, dilation: 1), isSilu: true)]),
      Case(
        batch: 1, channels: 20, height: 5, width: 10,
        layers: [Layer(kind: .depthwise(3, stride: 1, dilation: 1), adds: true)]),
      Case(
        channels: 33, height: 10, width: 11,
        layers: [Layer(kind: .depthwise(5, stride: 2, dilation: 1))]),
      Case(
        channels: 8, height: 7, width: 14,
        layers: [Layer(kind: .depthwise(7, stride: 1, dilation: 1), isSilu: true)]),
      Case(
        batch: 1, channels: 16, height: 12, width: 9,
        layers: [Layer(kind: .depthwise(3, stride: 1, dilation: 2), adds: true)]),
      Case(
        channels: 20, height: 6, width: 6,
        layers: [Layer(kind: .depthwise(2, stride: 3, dilation: 1))]),
      Case(
        channels: 12, height: 4, width: 5,
        layers: [Layer(kind: .affine, least: 0), Layer(kind: .pointwise(30))]),
      Case(
        channels: 48, height: 6, width: 5,
        layers: [Layer(kind: .factors), Layer(kind: .pointwise(19), adds: true)]),
      Case(
        batch: 3, channels: 16, height: 30, width: 29,
        layers: [
          Layer(kind: .pointwise(40), least: 0, most: 6),
          Layer(kind: .depthwise(3, stride: 2, dilation: 1), least: 0, most: 6),
          Layer(kind: .pointwise(24)),
        ]),
      Case(
        channels: 24, height: 23, width: 21,
        layers: [
          Layer(kind: .affine, least: 0), Layer(kind: .depthwise(5, stride: 1, dilation: 1)),
          Layer(kind: .pointwise(31), isSilu: true),
          Layer(kind: .depthwise(3, stride: 2, dilation: 1)),
          Layer(kind: .pointwise(9), adds: true),
        ]),
      Case(channels: 37, height: 5, width: 3, layers: [Layer(kind: .normalize(isCentered: true))]),
      Case(
        batch: 1, channels: 16, height: 14, width: 13,
        layers: [Layer(kind: .normalize(isCentered: false), least: 0), Layer(kind: .pointwise(21))]),
      Case(
        channels: 40, height: 11, width: 9,
        layers: [
          Layer(kind: .depthwise(7, stride: 1, dilation: 1)),
          Layer(kind: .normalize(isCentered: true)),
          Layer(kind: .pointwise(160), isSilu: true), Layer(kind: .pointwise(40), adds: true),
        ]),
      // More inputs than are multiplied at once.
      Case(
        channels: 300, height: 3, width: 5,
        layers: [Layer(kind: .pointwise(50), most: 1, adds: true)]
      ),
      // More pixels than are rounded at a time, and tiles across rows and images.
      Case(
        batch: 1, channels: 600, height: 29, width: 31,
        layers: [Layer(kind: .pointwise(20), adds: true)]),
      Case(
        batch: 3, channels: 70, height: 1, width: 1,
        layers: [Layer(kind: .pointwise(90), isSilu: true)]),
      // More rows than are computed at a time.
      Case(
        batch: 1, channels: 64, height: 150, width: 40,
        layers: [
          Layer(kind: .depthwise(3, stride: 1, dilation: 1)), Layer(kind: .pointwise(16)),
        ]),
      Case(
        channels: 24, height: 150, width: 5,
        layers: [
          Layer(kind: .depthwise(5, stride: 1, dilation: 1)),
          Layer(kind: .pointwise(24), adds: true),
        ]),
      // Threads that share an image share its channels: expanded ones and what their windows make of them, and those of
      // a row that cannot be divided.
      Case(
        batch: 1, channels: 24, height: 5, width: 6,
        layers: [
          Layer(kind: .affine), Layer(kind: .pointwise(200), isSilu: true),
          Layer(kind: .depthwise(5, stride: 1, dilation: 1), isSilu: true),
        ]),
      Case(
        batch: 1, channels: 40, height: 7, width: 7,
        layers: [Layer(kind: .factors), Layer(kind: .pointwise(130), adds: true)]),
      // Images: windows beyond their edges, larger ones than the image, and what follows them.
      Case(
        channels: 3, height: 11, width: 13,
        layers: [Layer(kind: .images(37, size: 3, stride: 2), least: 0, most: 6)]),
      Case(
        batch: 1, channels: 1, height: 3, width: 2,
        layers: [Layer(kind: .images(5, size: 7, stride: 1), isSilu: true)]),
      Case(
        channels: 4, height: 25, width: 22,
        layers: [
          Layer(kind: .images(20, size: 4, stride: 4)),
          Layer(kind: .depthwise(3, stride: 1, dilation: 1), isSilu: true),
          Layer(kind: .pointwise(50)),
        ]),
      // Poolings: the largest and the mean, with zeros around the map and without, alone and among others; windows wider
      // than the map, single pixels, and such as begin within the map and end beyond it.
      Case(
        channels: 19, height: 11, width: 9,
        layers: [
          Layer(kind: .pool(3, stride: 2, top: 1, isMaximum: true, zeros: false), adds: true)
        ]),
      Case(
        batch: 1, channels: 24, height: 7, width: 90,
        layers: [
          Layer(kind: .pool(3, stride: 1, top: 1, isMaximum: false, zeros: false), adds: true)
        ]
      ),
      Case(
        channels: 8, height: 4, width: 5,
        layers: [Layer(kind: .pool(7, stride: 2, top: 3, isMaximum: false, zeros: true))]),
      Case(
        channels: 16, height: 6, width: 6,
        layers: [Layer(kind: .pool(2, stride: 3, top: 0, isMaximum: true, zeros: true), least: 0.1)]
      ),
      Case(
        channels: 44, height: 9, width: 12,
        layers: [
          Layer(kind: .pool(1, stride: 2, top: -1, isMaximum: true, zeros: true)),
          Layer(kind: .pointwise(22)),
        ]),
      Case(
        channels: 20, height: 33, width: 31,
        layers: [
          Layer(kind: .depthwise(3, stride: 1, dilation: 1)), Layer(kind: .pointwise(40)),
          Layer(kind: .pool(3, stride: 2, top: 1, isMaximum: true, zeros: false), adds: true),
        ]),
      Case(batch: 3, channels: 21, height: 5, width: 7, layers: [Layer(kind: .affine, adds: true)]),
      // Pairs of rows and of their halves, and the last row alone; more inputs than are halved at once, and pixels than
      // there is memory for.
      Case(
        channels: 150, height: 15, width: 13,
        layers: [
          Layer(kind: .depthwise(3, stride: 1, dilation: 1)), Layer(kind: .pointwise(150)),
          Layer(kind: .depthwise(5, stride: 2, dilation: 1), isSilu: true),
          Layer(kind: .pointwise(110), adds: true),
        ]),
      Case(
        batch: 3, channels: 800, height: 17, width: 4,
        layers: [Layer(kind: .pointwise(136), isSilu: true, adds: true)]),
      Case(
        batch: 1, channels: 130, height: 27, width: 29,
        layers: [
          Layer(kind: .normalize(isCentered: true)), Layer(kind: .pointwise(260), isSilu: true),
          Layer(kind: .pointwise(130), adds: true),
        ]),
      // Threads share the pairs of a single row, and more threads its results besides.
      Case(batch: 1, channels: 200, height: 197, width: 1, layers: [Layer(kind: .pointwise(120))]),
      Case(
        batch: 1, channels: 90, height: 300, width: 1,
        layers: [
          Layer(kind: .normalize(isCentered: true)),
          Layer(kind: .pointwise(110), isSilu: true, adds: true),
        ]),
      // Images of one pixel are multiplied side by side, more of them than the largest tile has and fewer.
      Case(
        batch: 11, channels: 300, height: 1, width: 1,
        layers: [Layer(kind: .pointwise(72), isSilu: true, adds: true)]),
      Case(
        batch: 3, channels: 19, height: 1, width: 1, layers: [Layer(kind: .pointwise(75), least: 0)]
      ),
      // Both share the memory of what they prepare, which rounded pixels need in whole groups.
      Case(
        channels: 1000, height: 1, width: 5,
        layers: [
          Layer(kind: .pointwise(40), isSilu: true), Layer(kind: .pointwise(40), isKept: true),
        ]),
    ]
    // Every number of pixels that is left of the largest tiles.
    + (1...31).map {
      Case(batch: 1, channels: 20, height: 1, width: $0, layers: [Layer(kind: .pointwise(40))])
    }

  @Test(
    "Sums are right within 2e-6 of the largest, and no thread, chain or neighbour changes a bit",
    arguments: cases.indices, machines.indices)
  func chain(_ index: Int, _ place: Int) throws {
    let machine = Self.machines[place]
    let chain = BandChain(Self.cases[index], machine.instructions, machine.products)
    let expected = chain.expected()
    let largest = expected.map(abs).max() ?? 0
    let alone = chain.run(threads: 1)
    // A value between two layers that lies all but halfway between two of bf16 may be rounded to either, which
    // are 2⁻⁸ of it apart.
    let isStrassen = machine.products == CB_STRASSEN
    let isExact =
      machine.products == CB_FLOATS || isStrassen || Self.cases[index].layers.count == 1
    var bound = (isExact ? 2e-6 : 1e-3) * largest
    // Its sums of halves are larger than what is left of them.
    if isStrassen { bound *= 2 }
    // Of bytes the neighbours are 1/50 apart; exact sums of hundreds of steps become the difference of two floats.
    if !Self.floating.contains(place) { bound = (isExact ? 3e-5 : 3e-2) * largest }
    for (value, right) in zip(chain.plain(alone), expected) {
      #expect(abs(Double(value) - right) <= bound, "\(value), expected \(right)")
    }
    let means = chain.rowMeans
    for (mean, right) in zip(means, chain.expectedRowMeans(of: alone)) {
      #expect(abs(Double(mean) - right) <= 1e-6 * largest, "mean \(mean), expected \(right)")
    }
    for threads in [2, 4, 5] {
      #expect(
        chain.run(threads: threads).map(\.bitPattern) == alone.map(\.bitPattern),
        "\(threads) threads")
      #expect(chain.rowMeans.map(\.bitPattern) == means.map(\.bitPattern), "\(threads) threads")
    }
    for target in chain.fitsSource ? [BandChain.Target.addend, .source] : [.addend] {
      #expect(
        chain.run(threads: 1, over: target).map(\.bitPattern) == alone.map(\.bitPattern),
        "over the \(target)")
    }
    #expect(chain.runLayerByLayer().map(\.bitPattern) == alone.map(\.bitPattern), "layer by layer")
  }

  @Test("What is not a number stays", arguments: floating)
  func notANumber(_ machine: Int) {
    let machine = Self.machines[machine]
    let kinds = [
      Layer.Kind.affine, .pointwise(4), .depthwise(3, stride: 1, dilation: 1),
      .pool(3, stride: 1, top: 1, isMaximum: true, zeros: false),
    ]
    for kind in kinds {
      let one = Case(
        batch: 1, channels: 4, height: 3, width: 3, layers: [Layer(kind: kind, least: 0, most: 6)])
      let chain = BandChain(one, machine.instructions, machine.products)
      chain.source[0] = .nan
      #expect(chain.plain(chain.run(threads: 1))[0].isNaN)
    }
  }
}
