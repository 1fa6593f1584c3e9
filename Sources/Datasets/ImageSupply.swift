import Synchronization

/// Images that are handed out batch by batch, to several threads at once.
public protocol ImageSupply: Sendable {
  /// What a report calls it: the folder, the archive, `-` for standard input.
  var name: String { get }
  /// How many images there will be, where that is known before the end.
  var expectedCount: Int? { get }
  /// The next images, at most `count`, and how many were handed out before them; `nil` at the end.
  ///
  /// - Throws: Where the source breaks off; images that were handed out stay good.
  func take(_ count: Int) throws -> (first: Int, images: [LabeledImage])?
}

/// The images of a list, in its order, but for those that are done already.
public final class ListedImages: ImageSupply {
  private let data: LabeledImages
  private let done: Set<Int>
  private let next = Mutex(0)

  /// Hands out the images of `data` once, without those at these places.
  public init(_ data: LabeledImages, without done: some Sequence<Int> = EmptyCollection<Int>()) {
    self.data = data
    self.done = Set(done)
  }

  /// The folder's name.
  public var name: String { data.directory }

  /// The length of the list, images that are done included.
  public var expectedCount: Int? { data.images.count }

  /// The next images, which stand side by side.
  public func take(_ count: Int) -> (first: Int, images: [LabeledImage])? {
    let end = data.images.count
    let range = next.withLock { next -> Range<Int> in
      while next < end, done.contains(next) { next += 1 }
      let first = next
      while next < end, next - first < count, !done.contains(next) { next += 1 }
      return first..<next
    }
    return range.isEmpty ? nil : (range.lowerBound, Array(data.images[range]))
  }
}
