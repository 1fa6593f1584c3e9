/// Mean and variance of each channel of maps that pass by, batch after batch.
///
/// Sums in double precision, so that memory does not grow with the images. Beside them stands how
/// much the mean differs from image to image, which tells how far it can be trusted.
struct ChannelMoments {
  private var batchMeans: [Double]
  private var batchVariances: [Double]
  private var squaredImageMeans: [Double]
  private var batches = 0
  private var images = 0

  init(channels: Int) {
    batchMeans = Array(repeating: 0, count: channels)
    batchVariances = batchMeans
    squaredImageMeans = batchMeans
  }

  /// Adds a batch of `count` images, as many as every other, whose channels lie innermost: N·H·W·C
  /// or N·C.
  mutating func add(_ values: [Float], images count: Int) {
    let channels = batchMeans.count
    let length = values.count / count
    let positions = Double(length / channels)
    var sums = Array(repeating: 0.0, count: channels)
    var squares = sums
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
    for channel in 0..<channels {
      let mean = sums[channel] / (positions * Double(count))
      batchMeans[channel] += mean
      // Not `max(0, …)`, which would hide a NaN.
      let variance = squares[channel] / (positions * Double(count)) - mean * mean
      batchVariances[channel] += variance < 0 ? 0 : variance
    }
    batches += 1
    images += count
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
