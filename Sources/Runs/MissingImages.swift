public import Datasets
import Synchronization

/// The images of a list that are not done yet, in its order.
public final class MissingImages: ImageSupply {
  private let data: LabeledImages
  private let isDone: Set<Int>
  private let next: Mutex<Int>
  private let end: Int

  /// Hands out the images of `data` whose places are in `range` and not among `done`.
  public init(_ data: LabeledImages, range: Range<Int>? = nil, done: some Sequence<Int>) {
    self.data = data
    isDone = Set(done)
    next = Mutex(range?.lowerBound ?? 0)
    end = range?.upperBound ?? data.images.count
  }

  /// The folder's name.
  public var name: String { data.directory }

  /// The places of all images, done or not.
  public var expectedCount: Int? { data.images.count }

  /// The next images, which stand side by side.
  public func take(_ count: Int) -> (first: Int, images: [LabeledImage])? {
    let range = next.withLock { next -> Range<Int>? in
      while next < end, isDone.contains(next) { next += 1 }
      guard next < end else { return nil }
      let first = next
      while next < end, next - first < count, !isDone.contains(next) { next += 1 }
      return first..<next
    }
    return range.map { ($0.lowerBound, Array(data.images[$0])) }
  }
}
