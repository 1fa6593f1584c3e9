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

/// The images of a list, in its order.
public final class ListedImages: ImageSupply {
  private let data: LabeledImages
  private let next = Mutex(0)

  /// Hands out the images of `data` once.
  public init(_ data: LabeledImages) { self.data = data }

  /// The folder's name.
  public var name: String { data.directory }

  /// The length of the list.
  public var expectedCount: Int? { data.images.count }

  /// The next images.
  public func take(_ count: Int) -> (first: Int, images: [LabeledImage])? {
    let first = next.withLock { next in
      let first = next
      next = min(next + count, data.images.count)
      return first
    }
    guard first < data.images.count else { return nil }
    return (first, Array(data.images[first..<min(first + count, data.images.count)]))
  }
}
