import Networks

// Primitives with windows, as in the papers: a loop for each axis.
extension ReferenceArray {
  /// The array as images of depth, height, width and channels, whatever its axes before are.
  private func volume(_ rank: Int) -> (count: Int, space: [Int], channels: Int) {
    let space = Array(extents.dropLast().suffix(rank))
    let count = extents.dropLast(rank + 1).reduce(1, *)
    return (count, Self.three(space, 1), extents[extents.count - 1])
  }

  /// Numbers for three axes of space; missing ones come first.
  private static func three(_ numbers: [Int], _ missing: Int) -> [Int] {
    Array(repeating: missing, count: 3 - numbers.count) + numbers
  }

  /// Calls `body` with the places of all windows, and for each with all taps that lie inside.
  private static func forEachWindow(
    _ windows: Windows, over space: [Int], of counts: [Int],
    _ body: (_ window: Int, _ taps: [(tap: Int, place: Int)]) -> Void
  ) {
    let size = three(windows.size, 1)
    let strides = three(windows.strides, 1)
    let dilation = three(windows.dilation, 1)
    let before = three(windows.padding.map(\.before), 0)
    var window = 0
    for z in 0..<counts[0] {
      for y in 0..<counts[1] {
        for x in 0..<counts[2] {
          var taps: [(tap: Int, place: Int)] = []
          for kz in 0..<size[0] {
            let depth = z * strides[0] + kz * dilation[0] - before[0]
            guard (0..<space[0]).contains(depth) else { continue }
            for ky in 0..<size[1] {
              let row = y * strides[1] + ky * dilation[1] - before[1]
              guard (0..<space[1]).contains(row) else { continue }
              for kx in 0..<size[2] {
                let column = x * strides[2] + kx * dilation[2] - before[2]
                guard (0..<space[2]).contains(column) else { continue }
                taps.append(
                  (
                    (kz * size[1] + ky) * size[2] + kx,
                    (depth * space[1] + row) * space[2] + column
                  ))
              }
            }
          }
          body(window, taps)
          window += 1
        }
      }
    }
  }

  /// Cross-correlation; the kernel lies as taps · inputs · filters.
  func convolved(
    _ windows: Windows, groups: Int, kernel: ReferenceArray, bias: ReferenceArray?,
    into result: [Int]
  ) -> ReferenceArray {
    var output = ReferenceArray(result)
    let (count, space, channels) = volume(windows.rank)
    let filters = result[result.count - 1]
    let (inputs, outputs) = (channels / groups, filters / groups)
    let counts = Self.three(Array(result.dropLast().suffix(windows.rank)), 1)
    let pixels = counts.reduce(1, *)
    for n in 0..<count {
      let source = n * space.reduce(1, *) * channels
      Self.forEachWindow(windows, over: space, of: counts) { window, taps in
        // All filters of one pixel at a time: the kernel's innermost axis is the filter.
        var sums: [Double] = (0..<filters).map { Double(bias?.values[$0] ?? 0) }
        for (tap, place) in taps {
          for filter in 0..<filters {
            let first = source + place * channels + filter / outputs * inputs
            var sum = 0.0
            for c in 0..<inputs {
              sum +=
                Double(values[first + c])
                * Double(kernel.values[(tap * inputs + c) * filters + filter])
            }
            sums[filter] += sum
          }
        }
        let target = (n * pixels + window) * filters
        for filter in 0..<filters { output.values[target + filter] = Float(sums[filter]) }
      }
    }
    return output
  }

  /// The transpose: every value of the source adds its kernel to the result; taps · filters · inputs.
  func convolvedTransposed(
    _ windows: Windows, kernel: ReferenceArray, bias: ReferenceArray?, into result: [Int]
  ) -> ReferenceArray {
    let (count, space, channels) = volume(windows.rank)
    let filters = result[result.count - 1]
    let whole = Self.three(Array(result.dropLast().suffix(windows.rank)), 1)
    let pixels = whole.reduce(1, *)
    var sums = (0..<count * pixels * filters).map { Double(bias?.values[$0 % filters] ?? 0) }
    for n in 0..<count {
      // The windows of a convolution from the result to the source, gone the other way.
      Self.forEachWindow(windows, over: whole, of: space) { window, taps in
        let source = (n * space.reduce(1, *) + window) * channels
        for (tap, place) in taps {
          for filter in 0..<filters {
            var sum = 0.0
            for c in 0..<channels {
              sum +=
                Double(values[source + c])
                * Double(kernel.values[(tap * filters + filter) * channels + c])
            }
            sums[(n * pixels + place) * filters + filter] += sum
          }
        }
      }
    }
    return ReferenceArray(result, sums.map { Float($0) })
  }

  /// The largest, or the mean, of the values of each window that lie inside: padding takes no part.
  func pooled(_ windows: Windows, _ reduction: Reduction, into result: [Int]) -> ReferenceArray {
    var output = ReferenceArray(result)
    let (count, space, channels) = volume(windows.rank)
    let counts = Self.three(Array(result.dropLast().suffix(windows.rank)), 1)
    for n in 0..<count {
      let source = n * space.reduce(1, *) * channels
      Self.forEachWindow(windows, over: space, of: counts) { window, taps in
        let target = (n * counts.reduce(1, *) + window) * channels
        for c in 0..<channels {
          let inside = taps.map { values[source + $0.place * channels + c] }
          output.values[target + c] = reduction.of(inside)
        }
      }
    }
    return output
  }
}
