package import Networks
import Tensors

/// Two weights of a network in each other's place: what no shape forbids.
package struct PlantedSwap: Sendable {
  /// What is swapped.
  package enum Kind: String, Sendable, CaseIterable {
    /// Two kernels, both of the main path or both of projections.
    case kernels = "kernels of one shape"
    /// A kernel of a projection and one of the main path.
    case projection = "projection and main path"
    /// Gamma and beta of one batch norm.
    case gammaAndBeta = "gamma and beta of a layer"
    /// Mean and variance of one batch norm.
    case meanAndVariance = "mean and variance of a layer"
    /// Means and variances of two batch norms.
    case statistics = "statistics of two layers"
    /// The means alone.
    case means = "means of two layers"
    /// The variances alone.
    case variances = "variances of two layers"
    /// All four weights of two batch norms.
    case norms = "batch norms of two layers"

    /// Whether only moving statistics are in the wrong place.
    package var isOfStatistics: Bool {
      switch self {
      case .meanAndVariance, .statistics, .means, .variances: true
      case .kernels, .projection, .gammaAndBeta, .norms: false
      }
    }
  }

  /// What is swapped.
  package let kind: Kind
  /// The layers that it touches: one, or two.
  package let layers: [String]
  /// Where each swapped weight takes its values from.
  private let origins: [Parameter: Parameter]

  private init(_ kind: Kind, _ layers: [String], _ pairs: [(Parameter, Parameter)]) {
    self.kind = kind
    self.layers = layers
    origins = Dictionary(uniqueKeysWithValues: pairs.flatMap { [($0, $1), ($1, $0)] })
  }

  /// The network with the swap.
  package func planted(in bound: BoundGraph) throws -> BoundGraph {
    let sources = try bound.graph.parameters.map {
      ($0, ParameterSource(try bound.values(of: origins[$0] ?? $0)))
    }
    return try BoundGraph(
      bound.graph, sources: Dictionary(uniqueKeysWithValues: sources))
  }

  /// Every swap that a network's shapes allow, kind by kind.
  package static func all(in graph: Graph) -> [PlantedSwap] {
    let layers = graph.layers.map { node in
      Dictionary(uniqueKeysWithValues: node.parameters.map { ($0.role, $0) })
    }
    let norms = layers.filter { $0[.movingMean] != nil }
    let convolutions = layers.compactMap { $0[.kernel] }.filter { $0.shape.rank == 4 }
    let kernels = pairs(of: convolutions).filter { $0.shape == $1.shape }.map { first, second in
      PlantedSwap(
        first.isOfProjection == second.isOfProjection ? .kernels : .projection,
        [first.layer, second.layer], [(first, second)])
    }
    let within = norms.flatMap { norm in
      [(Kind.gammaAndBeta, VariableRole.gamma, VariableRole.beta)].map { ($0, $1, $2, norm) }
        + [(.meanAndVariance, .movingMean, .movingVariance, norm)]
    }.compactMap { kind, one, other, norm -> PlantedSwap? in
      guard let first = norm[one], let second = norm[other] else { return nil }
      return PlantedSwap(kind, [first.layer], [(first, second)])
    }
    let between = pairs(of: norms).flatMap { first, second in
      roles.compactMap { kind, roles -> PlantedSwap? in
        let swapped = roles.compactMap { role in
          first[role].flatMap { one in second[role].map { (one, $0) } }
        }
        guard let (one, other) = swapped.first, one.shape == other.shape else { return nil }
        return PlantedSwap(kind, [one.layer, other.layer], swapped)
      }
    }
    return kernels + within + between
  }

  private static let roles: [(Kind, [VariableRole])] = [
    (.statistics, [.movingMean, .movingVariance]), (.means, [.movingMean]),
    (.variances, [.movingVariance]),
    (.norms, [.movingMean, .movingVariance, .gamma, .beta]),
  ]

  private static func pairs<T>(of elements: [T]) -> [(T, T)] {
    elements.indices.flatMap { first in
      elements[(first + 1)...].map { (elements[first], $0) }
    }
  }
}

extension Parameter {
  fileprivate var isOfProjection: Bool { layer.hasSuffix("/project") }
}
