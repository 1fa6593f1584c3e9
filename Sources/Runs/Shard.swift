/// One of the parts into which a run is cut: images that stand side by side.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
  /// Which one, from 1.
  public let number: Int
  /// How many there are.
  public let count: Int

  /// The only part of a run that is not cut.
  public static let whole = Shard(uncheckedNumber: 1, of: 1)

  /// Into how many parts a run may be cut.
  public static let counts = 1...1_000_000

  /// Part `number` of `count`; `nil` where there is none.
  public init?(_ number: Int, of count: Int) {
    guard Self.counts.contains(count), (1...count).contains(number) else { return nil }
    self.init(uncheckedNumber: number, of: count)
  }

  /// Reads `3/64`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]) else {
      return nil
    }
    self.init(number, of: count)
  }

  private init(uncheckedNumber number: Int, of count: Int) {
    (self.number, self.count) = (number, count)
  }

  /// All parts of a run that is cut into `count`.
  static func all(_ count: Int) -> [Shard] {
    (1...count).map { Shard(uncheckedNumber: $0, of: count) }
  }

  /// The places of its images among `images`; the parts differ by one image at most.
  public func places(of images: Int) -> Range<Int> {
    images * (number - 1) / count..<images * number / count
  }

  /// `3/64`.
  public var description: String { "\(number)/\(count)" }

  /// The name of its folder, `03-of-64`, so that they list in their order.
  var folder: String {
    let digits = "\(number)"
    return String(repeating: "0", count: "\(count)".count - digits.count) + digits + "-of-\(count)"
  }
}
