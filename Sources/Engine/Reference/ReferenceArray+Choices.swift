import Networks

// Primitives that look numbers up, and that take the moments of rows.
extension ReferenceArray {
  /// Rows along some axes by their own moments.
  func normalized(_ settings: Normalize, axes: [Int]) -> ReferenceArray {
    var result = self
    let kept = extents.indices.filter { !axes.contains($0) }
    let inner = Self.offsets(axes.map { extents[$0] }, strides: axes.map { strides[$0] })
    for start in Self.offsets(kept.map { extents[$0] }, strides: kept.map { strides[$0] }) {
      let row = inner.map { Double(values[start + $0]) }
      let mean = settings.isCentered ? row.reduce(0, +) / Double(row.count) : 0
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
      let deviation = (variance + Double(settings.epsilon)).squareRoot()
      for (offset, value) in Swift.zip(inner, row) {
        result.values[start + offset] = Float((value - mean) / deviation)
      }
    }
    return result
  }

  /// Where this array is not 0 the first of two others, else the second, all repeated to the result's extents.
  func selecting(
    _ first: ReferenceArray, _ second: ReferenceArray, into result: [Int]
  ) -> ReferenceArray {
    let places = [self, first, second].map {
      Self.offsets(result, strides: $0.repeated(to: result))
    }
    return ReferenceArray(
      result,
      places[0].indices.map { place in
        values[places[0][place]] != 0
          ? first.values[places[1][place]] : second.values[places[2][place]]
      })
  }

  /// Places along an axis, for each image those that its indices tell.
  func gathered(_ indices: ReferenceArray, axis: Int, into result: [Int]) -> ReferenceArray {
    let (before, along, after) = split(at: axis)
    let images = extents[0]
    let places = indices.values.count / max(images, 1)
    var output: [Float] = []
    output.reserveCapacity(result.reduce(1, *))
    for outer in 0..<before {
      let image = outer / (before / images)
      for index in indices.values[image * places..<(image + 1) * places] {
        let whole = Int(exactly: index.rounded(.towardZero)).map { $0 < 0 ? $0 + along : $0 }
        guard let whole, (0..<along).contains(whole) else {
          output += Array(repeating: .nan, count: after)
          continue
        }
        let start = (outer * along + whole) * after
        output += values[start..<start + after]
      }
    }
    return ReferenceArray(result, output)
  }
}
