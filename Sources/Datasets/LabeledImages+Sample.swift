extension LabeledImages {
  /// `count` images drawn by a seed, as evenly over the classes as these have images, in the order of the list.
  ///
  /// Every class gives one image after the other until there are enough; which classes give one more in the last
  /// round, and which images a class gives, is drawn. The generator is `SplitMix64`, seeded with `seed` for the
  /// classes and with `seed + 1 + label` for the images of a class, so that a draw is the same on every machine. Of
  /// several right classes an image counts under the first; those without one, and records that cannot be read, whose
  /// label is unknown, count as one class more.
  public func sample(_ count: Int, seed: UInt64) -> LabeledImages {
    guard count < images.count else { return self }
    let places = Dictionary(grouping: images.indices) { images[$0].labels.first ?? -1 }
    let labels = places.keys.sorted()
    var shares = labels.map { _ in 0 }
    var left = count
    while left > 0 {
      let open = labels.indices.filter { shares[$0] < places[labels[$0], default: []].count }
      var round = open
      if left < open.count {
        var random = SplitMix64(seed: seed)
        round = random.drawn(left, of: open)
      }
      for index in round { shares[index] += 1 }
      left -= round.count
    }
    var drawn: [Int] = []
    for (label, share) in zip(labels, shares) {
      var random = SplitMix64(seed: seed &+ 1 &+ UInt64(bitPattern: Int64(label)))
      drawn += random.drawn(share, of: places[label, default: []])
    }
    return taking(drawn.sorted().map { images[$0] })
  }

  /// How many classes these images are of.
  public var presentClasses: Int { Set(images.flatMap(\.labels)).count }
}

/// SplitMix64 (Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number Generators"): a few lines that are
/// the same in every language.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  /// A number below `bound`, each as probable: what lies beyond its largest multiple is drawn again.
  private mutating func below(_ bound: Int) -> Int {
    let bound = UInt64(bound)
    let limit = UInt64.max - UInt64.max % bound
    while true {
      let value = next()
      if value < limit { return Int(value % bound) }
    }
  }

  /// `count` of these values without any twice: the first steps of Fisher's and Yates's shuffle.
  mutating func drawn<Value>(_ count: Int, of values: [Value]) -> [Value] {
    var values = values
    for place in 0..<count { values.swapAt(place, place + below(values.count - place)) }
    return Array(values.prefix(count))
  }
}
