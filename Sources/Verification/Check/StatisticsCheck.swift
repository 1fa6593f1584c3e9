import Engine
public import Networks
import Synchronization
public import Tensors

/// The batch norms of a network held to the images that it is shown.
///
/// A batch norm's file says which mean and variance its input had in training. The network is run as
/// in training: each batch norm normalises with the statistics of the batch, so that a fault in one
/// batch norm's own statistics disturbs no other, and a fault elsewhere shows first where it is.
public struct StatisticsCheck: Codable, Sendable, Hashable {
  /// How many images were shown.
  public var images: Int
  /// How many at a time.
  public var batch: Int
  /// The part of the statistics that is still of before training, where the network was trained so
  /// little that it counts.
  public var lag: Double?
  /// All batch norms in the order of execution.
  public var norms: [NormComparison]

  /// The fewest images of which statistics say anything.
  public static let fewestImages = 8

  /// Shows images to a network.
  ///
  /// - Parameters:
  ///   - bound: The network and its weights.
  ///   - selection: Which images are shown, and how many at a time.
  ///   - threads: How many threads compute.
  ///   - image: One image, by its number, as a batch of one in the graph's data format.
  /// - Throws: ``EngineError``, or whatever reading a weight or an image throws.
  public init(
    of bound: BoundGraph, selection: ImageSelection, threads: Int = 1,
    image: @escaping @Sendable (Int) throws -> Tensor
  ) throws {
    let nodes = bound.graph.layers.filter(\.isBatchNorm)
    images = selection.batches.count * selection.batch
    batch = selection.batch
    let moments = try Self.moments(
      of: Set(nodes.map { $0.inputs[0] }), bound, selection, threads, image)
    let norms = try nodes.map { node in
      let weights = try LayerWeights(node, in: bound)
      return MeasuredNorm(
        node: node, file: ChannelStatistics(weights),
        measured: moments[node.inputs[0]].map(ChannelStatistics.init)
          ?? ChannelStatistics(means: [], variances: []))
    }
    let lag = StatisticsLag.estimate(norms.map { ($0.file, $0.measured, $0.epsilon) })
    self.lag = lag > 0 ? lag : nil
    self.norms = MeasuredNorm.judged(
      norms.map { $0.lagging(by: lag) }, in: bound.graph)
  }

  /// The statistics of the values of `taps`.
  private static func moments(
    of taps: Set<Node.ID>, _ bound: BoundGraph, _ selection: ImageSelection, _ threads: Int,
    _ image: @escaping @Sendable (Int) throws -> Tensor
  ) throws -> [Node.ID: ChannelMoments] {
    guard !taps.isEmpty else { return [:] }
    // Each batch on one thread, and the sums put together in the order of the batches: the result
    // does not depend on the threads.
    let workers = min(threads, selection.batches.count, selection.batchesInMemory)
    let plan = try Plan(
      compiling: bound, batch: selection.batch, threads: workers, statistics: .ofBatch, taps: taps)
    let tiles = TileCounter(selection.batches.count)
    let store = Mutex<[Int: [ChannelMoments]]>([:])
    try plan.runWorkers(workers) { context in
      while let tile = tiles.take() {
        let numbers = selection.batches[tile]
        unsafe try Self.fill(context.images, with: numbers, image)
        _ = try context.run(count: numbers.count)
        let moments = plan.taps.enumerated().map { place, node in
          ChannelMoments(
            of: context.tapped(place, count: numbers.count),
            channels: plan.graph[node].shape.dimensions.last ?? 1, images: numbers.count)
        }
        store.withLock { $0[tile] = moments }
      }
    }
    let batches = store.withLock { stored in stored.sorted { $0.key < $1.key }.map(\.value) }
    return Dictionary(
      uniqueKeysWithValues: plan.taps.enumerated().map { place, node in
        (node, batches.dropFirst().reduce(into: batches[0][place]) { $0.add($1[place]) })
      })
  }

  private static func fill(
    _ places: UnsafeMutableBufferPointer<Float>, with numbers: [Int],
    _ image: (Int) throws -> Tensor
  ) throws {
    let length = places.count / numbers.count
    for (place, number) in numbers.enumerated() {
      let values = try image(number).values
      precondition(values.count == length, "an image of \(values.count) values")
      _ = unsafe UnsafeMutableBufferPointer(
        rebasing: places[place * length..<(place + 1) * length]
      ).update(fromContentsOf: values)
    }
  }
}

/// Which images of a data set are shown to a network, and in which batches.
public struct ImageSelection: Sendable, Hashable {
  /// The numbers of the images, batch by batch, each of ``batch`` images.
  public let batches: [[Int]]
  /// How many images a batch has.
  public let batch: Int

  /// How many batches may be in memory at once, each on a thread of its own.
  let batchesInMemory: Int

  /// Values of layers that one batch may keep, all batch norms' inputs: half a gigabyte.
  private static let valuesOfBatch = 1 << 27
  /// The same of all batches that are in memory.
  private static let valuesAtOnce = 1 << 28
  /// The batch in which networks are commonly trained.
  private static let largestBatch = 32
  /// Of fewer images statistics say little; memory must do.
  private static let smallestBatch = 4

  /// Spreads up to `limit` of `available` images over all of them, so that folders of classes are
  /// mixed in every batch, as in training.
  ///
  /// What does not fill a last batch is left out. Batches are smaller where a network's maps are so
  /// large that memory would not hold them.
  public init(_ limit: Int, of available: Int, for graph: Graph) {
    let wanted = min(limit, available)
    precondition(wanted > 0, "no images to choose from")
    let read = Set(graph.layers.filter(\.isBatchNorm).map { $0.inputs[0] })
    let values = max(1, read.reduce(0) { $0 + graph[$1].shape.elementCount })
    let most = min(Self.largestBatch, max(Self.smallestBatch, Self.valuesOfBatch / values))
    let count = (wanted + most - 1) / most
    let batch = wanted / count
    self.batch = batch
    batchesInMemory = max(1, Self.valuesAtOnce / (values * batch))
    batches = (0..<count).map { first in
      (0..<batch).map { (2 * (first + $0 * count) + 1) * available / (2 * wanted) }
    }
  }
}
