import Datasets
import Layers
import Networks
import Tensors

// What is done to pixels, as layers; the constants are those of `keras.applications.imagenet_utils` and TF-slim.
extension Retelling {
  /// Pixels as the network wants them.
  mutating func scaled(_ image: Signal) throws(ExportError) -> Signal {
    if let converter = options.converter { return converted(image, by: converter) }
    let mode = options.normalization
    if mode.needsColour, image.rank != 3 || image.extents.last != 3 {
      throw ExportError(
        layer: original.inputs[0].name, kerasClass: "InputLayer",
        problem:
          "takes \(image.shape), and normalisation '\(mode.rawValue)' is of three colours, the last axis"
      )
    }
    switch mode {
    case .none: return image
    case .unit: return rescaled(image, 1 / 255, 0)
    case .tf: return rescaled(image, 1 / 127.5, -1)
    case .caffe: return without([103.939, 116.779, 123.68], reversed(image))
    case .rgbMeans: return without([123.68, 116.78, 103.94], image)
    case .torch:
      let (means, deviations): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
      return normalized(
        means.map { 255 * $0 }, deviations.map { (255 * $0) * (255 * $0) }, image)
    }
  }

  private mutating func converted(_ image: Signal, by converter: ImageConverter) -> Signal {
    guard !converter.scale.isEmpty || !converter.offset.isEmpty else { return image }
    let scale = converter.scale.isEmpty ? [1] : converter.scale.map { Float($0) }
    let offset = converter.offset.isEmpty ? [0] : converter.offset.map { Float($0) }
    return pixels(
      Rescaling(scale: scale.numbers, offset: offset.numbers), [image], "rescaling")
  }

  private mutating func rescaled(_ image: Signal, _ scale: Float, _ offset: Float) -> Signal {
    pixels(Rescaling(scale: scale, offset: offset), [image], "rescaling")
  }

  /// The colours in the other order: each cut out of the image, whose rows of colours lie where columns did, and put
  /// side by side again.
  private mutating func reversed(_ image: Signal) -> Signal {
    let turned = pixels(Permute(axes: [1, 3, 2]), [image], "turned")
    let colours = [(2, 0, "blue"), (1, 1, "green"), (0, 2, "red")].map { before, after, name in
      pixels(
        ZeroPadding([.none, Edge(before: before, after: after)], isCropping: true), [turned], name)
    }
    let joined = pixels(Concatenate(axis: 2), colours, "bgr")
    return pixels(Permute(axes: [1, 3, 2]), [joined], "turned_back")
  }

  private mutating func without(_ means: [Float], _ image: Signal) -> Signal {
    normalized(means, means.map { _ in 1 }, image)
  }

  private mutating func normalized(
    _ means: [Float], _ variances: [Float], _ image: Signal
  ) -> Signal {
    let layer = Normalization(mean: means.numbers, variance: variances.numbers)
    return pixels(layer, [image], "normalization")
  }

  private mutating func pixels(_ layer: any Layer, _ inputs: [Signal], _ name: String) -> Signal {
    tracer.call(layer, at: names.unused("pixels_\(name)"), inputs)[0]
  }
}
