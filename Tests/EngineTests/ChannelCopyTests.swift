import CBands
import CDirect
import TestSupport
import Testing

@Suite("Channels are laid side by side, with every instruction set that the machine has")
struct ChannelCopyTests {
  /// Several maps that become one, by their channels.
  static let cases: [[Int]] = [
    [16, 32], [44, 44, 44, 44], [3, 5], [1, 16, 15], [20, 7, 40], [13, 3, 16],
  ]

  @Test(
    "Every channel comes to its place, and what fills up the last block is 0", arguments: cases,
    [CB_PORTABLE, CB_AVX2, CB_AVX512].map(\.rawValue))
  func copy(_ channels: [Int], _ set: UInt32) {
    let instructions = cb_instructions(rawValue: set)
    guard cb_best(instructions) == instructions else { return }
    let lanes = Int(cb_lanes(instructions))
    for pixels in [1, 2, 7, 12] {
      for threads in [1, 3] { check(channels, pixels, threads, instructions, lanes) }
    }
  }

  private func check(
    _ channels: [Int], _ pixels: Int, _ threads: Int, _ instructions: cb_instructions, _ lanes: Int
  ) {
    let batch = 3
    func image(_ channels: Int) -> Int { (channels + lanes - 1) / lanes * lanes * pixels }
    let all = channels.reduce(0, +), size = MemoryLayout<Float>.stride
    // What was there before must not be seen.
    let whole = GuardedMemory(byteCount: batch * image(all) * size, filledWith: 0xff)
    var first = 0
    for count in channels {
      let part = GuardedMemory(byteCount: batch * image(count) * size, filledWith: 0xff)
      for n in 0..<batch {
        for pixel in 0..<pixels {
          for channel in 0..<count {
            let place =
              n * image(count) + (channel / lanes * pixels + pixel) * lanes + channel % lanes
            part.store(number(n, pixel, first + channel), CD_F32, at: place * size)
          }
        }
      }
      var copy = cb_channels()
      (copy.batch, copy.pixels) = (Int32(batch), Int32(pixels))
      (copy.channels, copy.first) = (Int32(count), Int32(first))
      (copy.source_image, copy.destination_image) = (image(count), image(all))
      unsafe cb_copy_channels(
        &copy, instructions, Int32(threads), part.address.assumingMemoryBound(to: Float.self),
        whole.address.assumingMemoryBound(to: Float.self))
      #expect(part.isIntact)
      first += count
    }
    #expect(whole.isIntact)
    for n in 0..<batch {
      for place in 0..<image(all) {
        let channel = place / (lanes * pixels) * lanes + place % lanes
        let expected = channel < all ? number(n, place / lanes % pixels, channel) : 0
        #expect(
          whole.value(CD_F32, at: (n * image(all) + place) * size) == expected,
          "\(channels), \(place)")
      }
    }
  }

  private func number(_ image: Int, _ pixel: Int, _ channel: Int) -> Float {
    Float(image * 10_000 + pixel * 100 + channel + 1)
  }
}
