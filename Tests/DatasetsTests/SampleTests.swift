import Datasets
import Foundation
import Testing

@Suite("Images that are drawn evenly over the classes")
struct SampleTests {
  /// Classes of so many images.
  private func images(_ counts: [Int]) -> LabeledImages {
    let images = counts.enumerated().flatMap { label, count in
      (0..<count).map {
        LabeledImage(
          path: "\(label)/\($0)", source: .file(ImageLocation(path: "\(label)/\($0)")),
          labels: [label])
      }
    }
    return LabeledImages(
      directory: "d", vocabulary: .names(counts.indices.map { "\($0)" }), images: images)
  }

  private func counts(_ sample: LabeledImages) -> [Int: Int] {
    sample.images.reduce(into: [:]) { $0[$1.labels[0], default: 0] += 1 }
  }

  @Test("Each class gives as many, one less where they do not divide, and all where it has fewer")
  func even() {
    let all = images([10, 10, 2, 10, 0])
    #expect(counts(all.sample(8, seed: 1)) == [0: 2, 1: 2, 2: 2, 3: 2])
    #expect(counts(all.sample(20, seed: 1)) == [0: 6, 1: 6, 2: 2, 3: 6])
    let uneven = counts(all.sample(6, seed: 1))
    #expect(uneven.values.sorted() == [1, 1, 2, 2])
    #expect(counts(all.sample(3, seed: 4)).count == 3)
    #expect(all.sample(32, seed: 1) == all && all.sample(99, seed: 1) == all)
  }

  @Test("The order is that of the list, the draw that of the seed, and another seed draws others")
  func seeds() {
    let all = images(Array(repeating: 30, count: 5))
    let paths = { (seed: UInt64) in all.sample(20, seed: seed).images.map(\.path) }
    #expect(paths(7) == paths(7) && paths(7) != paths(8))
    let order = all.images.map(\.path)
    #expect(paths(7) == order.filter(Set(paths(7)).contains))
    // Not the first of each class.
    #expect(paths(7) != order.filter { ["0", "1", "2", "3"].contains($0.dropFirst(2)) })
    #expect(Set(paths(7)).count == 20)
  }

  /// Drawn by the same few lines in Python, whose generator gives the published first number of seed 1234567,
  /// 6457827717110365317.
  @Test("The draw is the same on every machine")
  func published() {
    let all = images([10, 10])
    #expect(
      all.sample(6, seed: 0).images.map(\.path) == ["0/1", "0/5", "0/8", "1/0", "1/6", "1/9"])
  }
}
