import Networks
import Tensors

// What Keras 2 computes of shapes while a model runs, `tf.shape(x)[1]`, is known before it does.
extension [Int] {
  /// An item, counted from the end where the place is negative.
  func item(_ place: Int) -> Int? {
    let own = place < 0 ? place + count : place
    return indices.contains(own) ? self[own] : nil
  }
}

extension Signal {
  /// The whole numbers that a signal is whatever the images are, as what is computed of shapes.
  var known: [Int]? {
    var operand = operand
    for _ in 0..<8 {
      switch operand {
      case .constant(let place, _):
        let values = tracer.constants[place].values.prefix(64).map { Int(exactly: $0) }
        return values.contains(nil) ? nil : values.compactMap(\.self)
      case .value(let id):
        guard case .reshape = tracer.nodes[id].primitive, let next = tracer.nodes[id].operands.first
        else { return nil }
        operand = next
      case .parameter: return nil
      }
    }
    return nil
  }
}
