/// Mean and variance of each channel of maps that pass by, batch after batch.
///
/// Sums in double precision, so that memory does not grow with the images. Beside them stands how
/// much the mean differs from image to image, which tells how far it can be trusted.
struct ChannelMoments {
  private var batchMeans: [Double]
  private var batchVariances: [Double]
  private var squaredImageMeans: [Double]
  private var batches = 1
  private var images: Int

  /// Sums up a batch of images whose channels lie innermost: N·H·W·C, or N·C.
  init(of values: [Float], channels: Int, images: Int) {
    self.images = images
    let length = values.count / images
    let positions = Double(length / channels)
    var sums = Array(repeating: 0.0, count: channels)
    var squares = sums
    squaredImageMeans = sums
    for first in stride(from: 0, to: values.count, by: length) {
      var image = Array(repeating: 0.0, count: channels)
      for start in stride(from: first, to: first + length, by: channels) {
        for channel in 0..<channels {
          let value = Double(values[start + channel])
          image[channel] += value
          squares[channel] += value * value
        }
      }
      for channel in 0..<channels {
        sums[channel] += image[channel]
        let mean = image[channel] / positions
        squaredImageMeans[channel] += mean * mean
      }
    }
    let count = positions * Double(images)
    batchMeans = sums.map { $0 / count }
    batchVariances = zip(squares, batchMeans).map { squares, mean in
      let variance = squares / count - mean * mean
      // Not `max`, which would hide a NaN.
      return variance < 0 ? 0 : variance
    }
  }

  /// Adds another batch of as many images.
  mutating func add(_ other: ChannelMoments) {
    for channel in batchMeans.indices {
      batchMeans[channel] += other.batchMeans[channel]
      batchVariances[channel] += other.batchVariances[channel]
      squaredImageMeans[channel] += other.squaredImageMeans[channel]
    }
    batches += other.batches
    images += other.images
  }

  /// The mean of each channel over N·H·W.
  var means: [Double] { batchMeans.map { $0 / Double(batches) } }

  /// The mean over the batches of the variance over N·H·W, biased: what a batch norm averages in
  /// training.
  var variances: [Double] { batchVariances.map { $0 / Double(batches) } }

  /// By how much the mean of a channel would vary with other images: its standard error, taken
  /// between images, since the positions of one image depend on each other.
  var standardErrors: [Double] {
    zip(squaredImageMeans, means).map { squares, mean in
      let variance = squares / Double(images) - mean * mean
      return ((variance < 0 ? 0 : variance) / Double(max(1, images - 1))).squareRoot()
    }
  }
}
