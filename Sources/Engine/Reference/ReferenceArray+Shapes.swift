import Networks

// Primitives that move numbers, and sums of products.
extension ReferenceArray {
  /// The axes in another order, those of one image.
  func permuted(_ axes: [Int]) -> ReferenceArray {
    let order = [0] + axes.map { $0 + 1 }
    return gathered(order.map { extents[$0] }, strides: order.map { strides[$0] })
  }

  /// Some of the places along each axis of one image.
  func sliced(_ slices: [Slice]) -> ReferenceArray {
    let steps = [strides[0]] + slices.enumerated().map { $1.step * strides[$0 + 1] }
    let start = slices.enumerated().reduce(0) { $0 + $1.element.start * strides[$1.offset + 1] }
    return gathered([extents[0]] + slices.map(\.count), strides: steps, start: start)
  }

  /// Places around the numbers of one image, axis by axis.
  func padded(_ edges: [Edge], _ mode: PadMode) -> ReferenceArray {
    edges.enumerated().reduce(self) { array, entry in
      entry.element == .none ? array : array.padded(entry.offset + 1, entry.element, mode)
    }
  }

  private func padded(_ axis: Int, _ edge: Edge, _ mode: PadMode) -> ReferenceArray {
    let (before, along, after) = split(at: axis)
    var result = extents
    result[axis] += edge.total
    var output = ReferenceArray(result)
    for outer in 0..<before {
      for place in 0..<result[axis] {
        let source = Self.source(of: place - edge.before, in: along, mode)
        for inner in 0..<after {
          let target = (outer * result[axis] + place) * after + inner
          switch source {
          case .some(let source):
            output.values[target] = values[(outer * along + source) * after + inner]
          case nil: if case .constant(let value) = mode { output.values[target] = value }
          }
        }
      }
    }
    return output
  }

  /// Where the value of a padded place comes from; `nil` for a constant.
  private static func source(of place: Int, in length: Int, _ mode: PadMode) -> Int? {
    if (0..<length).contains(place) { return place }
    switch mode {
    case .constant: return nil
    case .reflect: return place < 0 ? -place : 2 * length - 2 - place
    case .symmetric: return place < 0 ? -place - 1 : 2 * length - 1 - place
    }
  }

  /// Arrays side by side along an axis of one image.
  static func concatenated(_ arrays: [ReferenceArray], axis: Int) -> ReferenceArray {
    var extents = arrays[0].extents
    extents[axis + 1] = arrays.reduce(0) { $0 + $1.extents[axis + 1] }
    let before = arrays[0].split(at: axis + 1).before
    var values: [Float] = []
    for outer in 0..<before {
      for array in arrays {
        let (_, along, after) = array.split(at: axis + 1)
        values += array.values[outer * along * after..<(outer + 1) * along * after]
      }
    }
    return ReferenceArray(extents, values)
  }

  /// Other extents along one axis of one image.
  func resized(_ resize: Resize) -> ReferenceArray {
    let (before, along, after) = split(at: resize.axis + 1)
    let (count, indices, weights) = resize.taps(of: along)
    var result = extents
    result[resize.axis + 1] = resize.size
    var output = ReferenceArray(result)
    for outer in 0..<before {
      for place in 0..<resize.size {
        for inner in 0..<after {
          var sum = 0.0
          for tap in place * count..<(place + 1) * count {
            let source = (outer * along + Int(indices[tap])) * after + inner
            sum += Double(values[source]) * Double(weights[tap])
          }
          output.values[(outer * resize.size + place) * after + inner] = Float(sum)
        }
      }
    }
    return output
  }

  /// Sums of products; what is no value of the batch is the same for all images.
  func contracted(
    _ contraction: Contraction, with other: ReferenceArray, isBatch: Bool, bias: ReferenceArray?,
    into result: [Int]
  ) -> ReferenceArray {
    let offset = isBatch ? 1 : 0
    func axes(_ array: ReferenceArray, _ axes: [Int], _ first: Int) -> (
      extents: [Int], strides: [Int]
    ) {
      (axes.map { array.extents[$0 + first] }, axes.map { array.strides[$0 + first] })
    }
    func rest(_ array: ReferenceArray, _ used: [Int], _ first: Int) -> [Int] {
      (0..<array.extents.count - first).filter { !used.contains($0) }
    }
    func places(_ array: ReferenceArray, _ chosen: [Int], _ first: Int) -> [Int] {
      let (extents, strides) = axes(array, chosen, first)
      return Self.offsets(extents, strides: strides)
    }
    let leftRest = rest(self, contraction.left + contraction.sharedLeft, 1)
    let rightRest = rest(other, contraction.right + contraction.sharedRight, offset)
    let shared = Array(
      Swift.zip(
        places(self, contraction.sharedLeft, 1), places(other, contraction.sharedRight, offset)))
    let inner = Array(
      Swift.zip(places(self, contraction.left, 1), places(other, contraction.right, offset)))
    let (rows, columns) = (places(self, leftRest, 1), places(other, rightRest, offset))
    var output: [Float] = []
    output.reserveCapacity(result.reduce(1, *))
    for n in 0..<extents[0] {
      let (left, right) = (n * strides[0], isBatch ? n * other.strides[0] : 0)
      for (sharedLeft, sharedRight) in shared {
        for row in rows {
          // One column after the other would read the matrix across its rows.
          var sums = columns.indices.map { column -> Double in
            guard let bias else { return 0 }
            return Double(bias.values[column % bias.values.count])
          }
          for (a, b) in inner {
            let value = Double(values[left + sharedLeft + row + a])
            let start = right + sharedRight + b
            for (place, column) in columns.enumerated() {
              sums[place] += value * Double(other.values[start + column])
            }
          }
          output += sums.map { Float($0) }
        }
      }
    }
    return ReferenceArray(result, output)
  }
}
