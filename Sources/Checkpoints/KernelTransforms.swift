import Tensors

/// What makes correlations of H·W·I·O out of the convolution kernels of a file, without a network.
struct KernelTransforms {
  private let layout: WeightConventions.KernelLayout
  private let sense: WeightConventions.KernelSense

  /// - Throws: ``CheckpointExport/Incomplete/kernelLayout`` where neither the user nor the shapes of
  ///   a Keras 1 file tell the order of extents.
  init(
    _ checkpoint: Checkpoint, _ conventions: WeightConventions
  ) throws(CheckpointExport.Incomplete) {
    sense = checkpoint.kernelSense(conventions)
    if let told = conventions.kernelLayout {
      layout = told
    } else if checkpoint.isOfKerasOne {
      guard let found = Self.layout(of: checkpoint) else { throw .kernelLayout }
      layout = found
    } else {
      layout = .tensorFlow
    }
  }

  /// The transforms of a variable; none but of kernels with two extents in space.
  func transforms(of tensor: CheckpointTensor, as role: VariableRole) -> [WeightTransform] {
    guard tensor.shape.rank == 4 else { return [] }
    let isKernel = [.kernel, .depthwiseKernel, .pointwiseKernel].contains(role)
    let turns: [WeightTransform] = isKernel && layout == .theano ? [.kernelToHWIO] : []
    let shape = turns.reduce(tensor.shape) { $1.shape(after: $0) }
    let isRotated = role == .kernel && sense == .convolution && shape[0] * shape[1] > 1
    return isRotated ? turns + [.kernelRotated] : turns
  }

  /// The order that every bias agrees with: it is as long as the kernel has outputs.
  private static func layout(of checkpoint: Checkpoint) -> WeightConventions.KernelLayout? {
    var found: Set<WeightConventions.KernelLayout> = []
    var isNeeded = false
    for layer in checkpoint.layers {
      guard let kernel = layer.tensors.first(where: { $0.role == .kernel && $0.shape.rank == 4 })
      else { continue }
      isNeeded = true
      guard let outputs = layer.tensors.first(where: { $0.role == .bias })?.shape.elementCount
      else {
        continue
      }
      switch (kernel.shape[0] == outputs, kernel.shape[3] == outputs) {
      case (true, false): found.insert(.theano)
      case (false, true): found.insert(.tensorFlow)
      default: break
      }
    }
    guard isNeeded else { return .tensorFlow }
    return found.count == 1 ? found.first : nil
  }
}
