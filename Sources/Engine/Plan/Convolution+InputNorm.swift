import Networks

extension Program.Convolution {
  /// Lets a convolution without padding read `x` in place of `(x − mean) · scale + shift`.
  ///
  /// - Parameters:
  ///   - scale: One value for each channel that the convolution reads, as are `mean` and `shift`.
  ///   - kernel: The Keras kernel, H·W·I·O, which is rewritten.
  ///   - bias: One value a filter; `nil` for zeros.
  /// - Returns: The bias that goes with the new kernel.
  func folding(
    scale: [Float], mean: [Float], shift: [Float],
    into kernel: UnsafeMutableBufferPointer<Float>, bias: [Float]?
  ) -> [Float] {
    // In double precision: a bias sums over the whole kernel, and its parts may cancel.
    let zeros = zip(zip(scale, mean), shift).map { affine, shift in
      Double(shift) - Double(affine.0) * Double(affine.1)
    }
    var sums = bias?.map { Double($0) } ?? Array(repeating: 0, count: layer.filters)
    let inputs = scale.count / layer.groups
    let filters = layer.filters / layer.groups
    for row in 0..<kernel.count / layer.filters {
      for filter in 0..<layer.filters {
        let channel = filter / filters * inputs + row % inputs
        let place = row * layer.filters + filter
        sums[filter] += unsafe Double(kernel[place]) * zeros[channel]
        unsafe kernel[place] *= scale[channel]
      }
    }
    return sums.map { Float($0) }
  }
}
