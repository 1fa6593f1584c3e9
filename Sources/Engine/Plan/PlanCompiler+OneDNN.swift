import COneDNN
import Networks
import Tensors

// The steps that oneDNN's primitives compute.
extension PlanCompiler {
  mutating func compileByOneDNN(_ step: Program.Step, at index: Int) throws {
    for input in step.inputs { try unpack(input, step.path, at: index) }
    switch step.kind {
    case .convolution(let convolution):
      try compile(convolution, step, at: index)
    case .dense(let dense): try compile(dense, step, at: index)
    case .batchNorm(let layer, let node, let relu):
      let norm = Program.Activation(
        path: step.path, layer: layer, node: node, relu: relu, output: step.output)
      try normalize(step.inputs[0], norm, at: index)
    case .relu:
      let input = stored(step.inputs[0])
      let primitive = try CompiledPrimitive.function(.relu, layout: input.layout)
      let output = define(step.output, input.layout, at: index)
      execute(primitive, [(DN_SOURCE, input.place), (DN_DESTINATION, output)], step.path)
    case .zeroPadding(let edges):
      _ = try pad(stored(step.inputs[0]), extents(of: step.inputs[0]), edges, step.path) {
        $0.define(step.output, $1, at: index)
      }
    case .maxPool(let pooling, let zeros):
      try pool(step, pooling, maximum: true, zeros: zeros, at: index)
    case .averagePool(let pooling): try pool(step, pooling, maximum: false, at: index)
    case .add, .concatenate: try join(step, at: index)
    case .flatten, .softmax, .primitive, .layerNorm, .attention:
      preconditionFailure("\(step.path) has no kernel of oneDNN")
    }
    if let activation = step.activation { try normalize(step.output, activation, at: index) }
  }

  private mutating func pool(
    _ step: Program.Step, _ pooling: Planar.Pooling, maximum: Bool, zeros: Bool = false,
    at index: Int
  ) throws {
    var pooling = pooling
    var input = stored(step.inputs[0])
    var source = extents(of: step.inputs[0])
    if zeros {
      // oneDNN's padding is −∞.
      (input, source) = try pad(input, source, pooling.padding, step.path) { compiler, layout in
        let place = compiler.memory.place(byteCount: layout.byteCount, from: index, to: index)
        return .arena(place)
      }
      pooling.padding = .none
    }
    let windows = dn_windows(pooling.window, pooling.strides, 1, pooling.padding)
    let primitive = try CompiledPrimitive.pooling(
      maximum: maximum, from: source, to: extents(of: step.output), windows, layout: input.layout)
    let output = define(step.output, try primitive.layout(DN_DESTINATION), at: index)
    execute(primitive, [(DN_SOURCE, input.place), (DN_DESTINATION, output)], step.path)
  }

  /// Copies a map into the middle of zeros, which lie where the caller says.
  private mutating func pad(
    _ input: Stored, _ inside: dn_extents, _ edges: EdgePadding, _ path: String,
    into place: (inout PlanCompiler, Layout) -> Place
  ) throws -> (Stored, dn_extents) {
    var extents = inside
    extents.height += Int64(edges.top + edges.bottom)
    extents.width += Int64(edges.left + edges.right)
    let whole = try input.layout.like(extents)
    let output = place(&self, whole)
    instructions.append(.clear(output, byteCount: whole.byteCount))
    let window = try whole.window(inside, top: edges.top, left: edges.left)
    let copy = try CompiledPrimitive.reorder(from: input.layout, to: window)
    execute(copy, [(DN_SOURCE, input.place), (DN_DESTINATION, output)], path)
    return (Stored(layout: whole, place: output), extents)
  }

  /// Adds two maps, or lays any number of them side by side, one after the other.
  private mutating func join(_ step: Program.Step, at index: Int) throws {
    var left = stored(step.inputs[0])
    for (place, input) in step.inputs.enumerated().dropFirst() {
      let order = try left.layout.like(extents(of: input))
      let right = try stored(input, as: order, step, at: index)
      let primitive: CompiledPrimitive
      if case .add = step.kind {
        primitive = try .add(left.layout, right.layout)
      } else {
        primitive = try .concatenate(left.layout, right.layout)
      }
      let layout = try primitive.layout(DN_DESTINATION)
      let output =
        place == step.inputs.count - 1
        ? define(step.output, layout, at: index)
        : .arena(memory.place(byteCount: layout.byteCount, from: index, to: index))
      execute(
        primitive,
        [(DN_SOURCE, left.place), (DN_SOURCE_2, right.place), (DN_DESTINATION, output)], step.path)
      left = Stored(layout: layout, place: output)
    }
  }
}

extension dn_windows {
  init(_ window: Extent, _ strides: Extent, _ dilation: Extent, _ padding: EdgePadding) {
    self.init(
      kernel_height: Int64(window.height), kernel_width: Int64(window.width),
      stride_height: Int64(strides.height), stride_width: Int64(strides.width),
      dilation_height: Int64(dilation.height), dilation_width: Int64(dilation.width),
      top: Int64(padding.top), bottom: Int64(padding.bottom), left: Int64(padding.left),
      right: Int64(padding.right))
  }
}
