import COneDNN
import Networks

// The mean of each channel of a whole map, as squeeze-and-excitation reads it: a depthwise convolution leaves the means of
// its rows, which are in the first cache then, so that nobody reads the map again.
extension PlanCompiler {
  /// A place for the means of the rows of a step's result, if a mean of all of it is read.
  mutating func placeRowMeans(of step: Program.Step, at index: Int) -> Place? {
    guard case .convolution(let convolution) = step.kind,
      convolution.isDepthwise(of: program.form(of: step.inputs[0]).channels),
      let reader = program.readers(of: step.output).last(where: {
        $0 < program.steps.count && isMeanOfMap(program.steps[$0])
      })
    else { return nil }
    let count = batch * imageCount(of: step.output) / Int(extents(of: step.output).width)
    let place = Place.arena(
      memory.place(byteCount: count * MemoryLayout<Float>.stride, from: index, to: reader))
    rowMeans[step.output] = place
    return place
  }

  /// Appends the mean of a whole map by the means of its rows.
  ///
  /// - Returns: Whether it is one, and there are these.
  mutating func meanOfRows(_ step: Program.Step, at index: Int) throws -> Bool {
    guard isMeanOfMap(step), let place = rowMeans[step.inputs[0]] else { return false }
    let map = extents(of: step.inputs[0]), result = extents(of: step.output)
    let channels = imageCount(of: step.output)
    // In whole blocks plain order is that of the blocks.
    let isWhole = Int(map.channels) == channels
    let output = define(
      step.output, isWhole ? try .plain(result, DN_NHWC) : try .blocked(result), at: index)
    append(
      .reduce(
        Reduction.mean.loop, outer: batch * channels / bands.lanes, inner: Int(map.height),
        rest: bands.lanes), [.place(0)], [place], output, step.path)
    return true
  }

  private func isMeanOfMap(_ step: Program.Step) -> Bool {
    // What is made of weights alone reads no value.
    guard let input = step.inputs.first, program.isMap(input) else { return false }
    switch step.kind {
    case .averagePool(let pooling):
      let map = extents(of: input)
      return pooling.padding == .none && pooling.window.height == Int(map.height)
        && pooling.window.width == Int(map.width)
    case .primitive(.reduce(.mean, let axes, _), _): return axes.sorted() == [0, 1]
    default: return false
    }
  }
}
