/// Which of a network's layers have the numbers that a file's automatic names have.
///
/// Numbers rise in the order of creation, but a file may begin anywhere and leave some out: other layers
/// of the same class stand between. So layers are paired by rank, unless the file has fewer than the
/// network: then a number that is left out is a layer that is missing, and the ranks of all that follow
/// would be one too small.
struct NumberedRanks {
  /// For each rank among the network's layers, the place among the file's sorted numbers.
  let places: [Int?]
  /// The number of the first layer of the network.
  private let first: Int

  /// - Parameters:
  ///   - numbers: The file's numbers, rising.
  ///   - count: How many layers the network has.
  init(_ numbers: [Int], of count: Int) {
    let begin = Self.first(of: numbers, count: count)
    var places: [Int?] = Array(repeating: nil, count: count)
    for (place, number) in numbers.enumerated() {
      let rank = begin.map { number - $0 } ?? place
      if places.indices.contains(rank) { places[rank] = place }
    }
    self.places = places
    first = begin ?? (numbers.last ?? -1) + 1 - numbers.count
  }

  /// The number that the layer of this rank would have, where the file lacks it.
  func number(ofMissing rank: Int) -> Int { first + rank }

  /// The number of the network's first layer, where gaps in the numbers tell which layers are missing.
  private static func first(of numbers: [Int], count: Int) -> Int? {
    guard let lowest = numbers.first, let highest = numbers.last, numbers.count < count else {
      return nil
    }
    // All numbers of a network that was built first in its process.
    if highest < count { return 0 }
    // All between the first and the last of a network that was built later.
    return highest - lowest == count - 1 ? lowest : nil
  }
}
