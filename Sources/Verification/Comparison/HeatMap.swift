import Tensors

/// Where on the map of a layer the errors are: the largest over images and channels at each place.
public struct HeatMap: Codable, Sendable, Hashable {
  /// Rows of cells; a map of more than 64 rows has several of them in a cell.
  public var height: Int
  /// Columns of cells.
  public var width: Int
  /// The largest error in each cell, row by row; a value that is not finite counts as the largest.
  public var errors: [Float]

  private static let limit = 64

  /// The errors between two records, or `nil` unless both are whole maps of one shape.
  init?(of candidate: ActivationRecord, against reference: ActivationRecord) {
    guard case .whole(let values) = candidate, case .whole(let expected) = reference,
      values.shape == expected.shape, values.shape.rank == 4
    else { return nil }
    let extents = values.shape.dimensions
    let (rows, columns, channels) = (extents[1], extents[2], extents[3])
    height = min(rows, Self.limit)
    width = min(columns, Self.limit)
    errors = Array(repeating: 0, count: height * width)
    for index in values.values.indices {
      let error = abs(values.values[index] - expected.values[index])
      let pixel = index / channels
      let cell =
        pixel / columns % rows * height / rows * width + pixel % columns * width / columns
      errors[cell] = max(errors[cell], error.isFinite ? error : .greatestFiniteMagnitude)
    }
  }
}
