import CLoops
import Networks

// Primitives that look numbers up, and that take the moments of rows.
extension PlanCompiler {
  /// Normalises rows; the loop wants them without gaps.
  mutating func moments(
    _ settings: Normalize, _ axes: [Int], _ x: LoopOperand, into destination: Place,
    _ path: String, at index: Int
  ) throws {
    var run = try run(of: axes, in: x, path, at: index)
    if run.rest != 1 {
      let others = x.extents.indices.filter { !axes.contains($0) }
      run.array = try permuted(x, others + axes.sorted(), path, at: index)
      run.array.isCopy = true
      run.outer *= run.rest
    }
    let work = LoopOperation.Work.normalize(
      centered: settings.isCentered, epsilon: settings.epsilon, outer: run.outer, inner: run.inner)
    try along(axes, of: x, run.array, work, into: destination, path, at: index)
  }

  /// One of two numbers at each place.
  mutating func choice(
    _ operands: [LoopOperand], _ whole: [Int], into destination: Place, _ path: String
  ) throws {
    let strides = operands.map { $0.array(batch).repeated(to: whole) }
    guard let choice = cl_choice(whole, strides[0], strides[1], strides[2]) else {
      throw EngineError("\(path): arrays of \(whole.count) axes")
    }
    append(.select(choice), operands, destination, path)
  }

  /// Places along an axis; neither the array nor the indices need a batch.
  mutating func gather(
    _ axis: Int, _ operands: [LoopOperand], into destination: Place, _ path: String, at index: Int
  ) throws {
    let (x, indices) = (operands[0], operands[1])
    var taking = cl_taking()
    let count = x.extents.reduce(1, *)
    let places = indices.extents.reduce(1, *)
    taking.batch = Int64(batch)
    taking.outer = Int64(x.extents[..<axis].reduce(1, *))
    taking.length = Int64(x.extents[axis])
    taking.places = Int64(places)
    taking.rest = Int64(x.extents[(axis + 1)...].reduce(1, *))
    taking.source_batch = x.hasBatch ? Int64(count) : 0
    taking.indices_batch = indices.hasBatch ? Int64(places) : 0
    append(.take(taking), operands, destination, path)
  }
}
