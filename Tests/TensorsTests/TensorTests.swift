import Tensors
import Testing

@Suite("Tensors and data formats")
struct TensorTests {
  @Test("Converting to channels_first and back changes nothing")
  func formats() {
    let values = (0..<2 * 3 * 4 * 5).map(Float.init)
    let last = Tensor(shape: [2, 3, 4, 5], values: values)
    let first = last.converted(from: .channelsLast, to: .channelsFirst)
    #expect(first.shape == [2, 5, 3, 4])
    // Image 1, row 2, column 3, channel 4, in either order.
    let (inFirst, inLast) = (((1 * 5 + 4) * 3 + 2) * 4 + 3, ((1 * 3 + 2) * 4 + 3) * 5 + 4)
    #expect(first.values[inFirst] == last.values[inLast])
    #expect(first.converted(from: .channelsFirst, to: .channelsLast) == last)
  }

  @Test("A shape tells the image that a batch holds")
  func images() {
    let image = ImageShape(height: 3, width: 4, channels: 5)
    #expect(DataFormat.channelsFirst.image(in: [2, 5, 3, 4]) == image)
    #expect(DataFormat.channelsLast.image(in: [2, 3, 4, 5]) == image)
    #expect(DataFormat.channelsLast.image(in: [3, 4, 5]) == nil)
    #expect(DataFormat.channelsFirst.shape(of: image, count: 7) == [7, 5, 3, 4])
  }
}
