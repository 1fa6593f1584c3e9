public import Tensors

/// An array that does not exist yet: what is done to it writes the ``Graph`` down.
///
/// Where something does not fit, the first such place is noted, and the rest is traced as if it had.
public struct Signal {
  package let tracer: Tracer
  package let operand: Operand
  /// The shape that it will have, for one image.
  public let shape: Shape
  /// The layer that gives it, also where that does nothing to what it reads.
  var layer: LayerSpan.ID?

  /// The extents, for one image.
  public var extents: [Int] { shape.dimensions }
  /// The number of axes, for one image.
  public var rank: Int { shape.rank }

  /// Adds a primitive that reads this signal first, then `others`.
  public func applying(_ primitive: Primitive, _ others: [Signal] = []) -> Signal {
    tracer.add(primitive, [self] + others)
  }

  /// Runs `block` on this signal under `name`, which becomes part of the paths of its layers.
  public func applying(_ block: some Block, as name: String) -> Signal {
    tracer.scope.append(name)
    let group = tracer.open(groupAt: tracer.scope.joined(separator: "/"))
    defer {
      tracer.close(group)
      tracer.scope.removeLast()
    }
    return block(self)
  }

  /// Adds a layer that the caller names, since it knows its role.
  public func applying(_ layer: some Layer, named name: String) -> Signal {
    tracer.call(layer, at: tracer.uniquePath(name), [self])[0]
  }

  /// Adds a layer without a name of its own; a second one of its kind in a scope is numbered.
  public func applying(_ layer: some Layer, kind: String, with others: [Signal] = []) -> Signal {
    tracer.call(layer, at: tracer.numberedPath(kind), [self] + others)[0]
  }

  /// An array of the network's own.
  public func constant(_ tensor: Tensor) -> Signal { tracer.constant(tensor) }

  /// Notes that a layer cannot take this signal.
  public func fail(_ problem: String) { tracer.fail(problem) }
}

// What layers say most often.
extension Signal {
  /// A function of each number.
  public func map(_ function: Function) -> Signal { applying(.map(function)) }

  /// Arithmetic with another signal.
  public func zip(_ arithmetic: Arithmetic, _ other: Signal) -> Signal {
    applying(.zip(arithmetic), [other])
  }

  /// The same numbers under other extents; none where they are these already.
  public func reshaped(_ extents: [Int]) -> Signal {
    guard extents != self.extents else { return self }
    guard extents.allSatisfy({ $0 >= 0 }) else {
      fail("a shape of \(extents)")
      return self
    }
    return applying(.reshape(Shape(extents)))
  }

  /// The axes in another order; none where it is this one.
  public func permuted(_ axes: [Int]) -> Signal {
    axes == Array(extents.indices) ? self : applying(.permute(axes))
  }
}
