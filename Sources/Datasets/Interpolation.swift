/// How a value between pixels is made when an image is resized.
public enum Interpolation: String, Sendable, Hashable, Codable, CaseIterable {
  /// The nearest pixel.
  case nearest
  /// A triangle over two pixels.
  case bilinear
  /// Keys's cubic over four pixels, a = −0.5.
  case bicubic
  /// The mean of the pixels that are covered; Pillow only.
  case box
  /// A windowed sinc over six pixels; Pillow only.
  case lanczos
}

/// The modes of Keras `preprocess_input`, and that of TensorFlow's own models; in float32 and to the
/// bit.
public enum PixelNormalization: String, Sendable, Hashable, Codable, CaseIterable {
  /// Pixels as they are, 0 to 255.
  case none
  /// `x / 255`: 0 to 1.
  case unit
  /// `x / 127.5 − 1`.
  case tf
  /// RGB to BGR, minus 103.939, 116.779, 123.68.
  case caffe
  /// `(x / 255 − mean) / std`, mean 0.485 0.456 0.406, std 0.229 0.224 0.225.
  case torch
  /// RGB minus 123.68, 116.78, 103.94: TF-slim's `vgg_preprocessing` and the official models'
  /// `imagenet_preprocessing`.
  case rgbMeans = "rgb-means"

  /// Whether it has constants for the three colours, so that grey cannot be normalised by it.
  package var needsColour: Bool { [.caffe, .torch, .rgbMeans].contains(self) }
}
