package import JSON
import KerasConfigs
public import Networks
public import Tensors

/// Rows and columns of zeros around a map, or taken away (Keras `ZeroPadding2D`, `Cropping2D` and their kin).
public struct ZeroPadding: Layer {
  /// What is added around each axis of space.
  public var edges: [Edge]
  /// Whether Keras calls it cropping: then it is taken away.
  public var isCropping: Bool
  /// Where the channels are.
  public var dataFormat: DataFormat

  /// Creates a padding.
  public init(
    _ edges: [Edge], isCropping: Bool = false, dataFormat: DataFormat = .channelsLast
  ) {
    self.edges = edges
    self.isCropping = isCropping
    self.dataFormat = dataFormat
  }

  /// `ZeroPadding2D`, by the kind and the number of axes.
  public var kerasClass: String { (isCropping ? "Cropping" : "ZeroPadding") + "\(edges.count)D" }

  /// Adds the padding.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [
      inputs[0].inChannelsLast(dataFormat, rank: edges.count) { x in
        let outer = Array(repeating: Edge.none, count: x.rank - edges.count - 1)
        let inner = edges.map {
          isCropping ? Edge(before: -$0.before, after: -$0.after) : $0
        }
        return x.applying(.pad(outer + inner + [.none], .constant(0)))
      }
    ]
  }
}

extension ZeroPadding {
  /// Reads one number for all sides, one for each axis, or two for each axis.
  init(
    _ settings: inout SettingsReader, rank: Int, isCropping: Bool = false
  ) throws(LayerError) {
    let name = isCropping ? "cropping" : "padding"
    let value = settings.value(name)
    var edges = Array(repeating: Edge(before: 1, after: 1), count: rank)
    if let value {
      if let side = value.integer {
        edges = edges.map { _ in Edge(before: side, after: side) }
      } else if let numbers = value.integers, rank == 1, numbers.count == 2 {
        edges = [Edge(before: numbers[0], after: numbers[1])]
      } else if let numbers = value.integers, numbers.count == rank {
        edges = numbers.map { Edge(before: $0, after: $0) }
      } else if let numbers = value.integers, rank == 2, numbers.count == 4 {
        edges = [
          Edge(before: numbers[0], after: numbers[1]), Edge(before: numbers[2], after: numbers[3]),
        ]
      } else if let pairs = value.list?.prefix(4).map(\.integers), pairs.count == rank,
        pairs.allSatisfy({ $0?.count == 2 })
      {
        edges = pairs.compactMap { $0.map { Edge(before: $0[0], after: $0[1]) } }
      } else {
        throw settings.odd(name, value)
      }
      guard
        edges.allSatisfy({ (0...1 << 24).contains($0.before) && (0...1 << 24).contains($0.after) })
      else { throw settings.odd(name, value) }
    }
    self.init(edges, isCropping: isCropping, dataFormat: try settings.dataFormat())
  }
}

extension ZeroPadding: CommonLayer {
  package var settings: [String: JSONTree]? {
    let pairs = edges.map { JSONTree.integers([$0.before, $0.after]) }
    var settings = [
      isCropping ? "cropping" : "padding": pairs.count == 1 ? pairs[0] : .list(pairs)
    ]
    // Over one axis there is nothing to choose.
    if edges.count > 1 { settings["data_format"] = dataFormat.setting }
    return settings
  }
}
