/// What a file may claim before anything is allocated for it.
enum HDF5Limits {
  /// The largest array, in bytes as stored or as float32: Keras's own bound.
  static let largestArray = 4 << 30
  /// Deflate cannot shrink more than 1032 times; a claim beyond this is empty.
  static let largestExpansion = 1100
  /// Arrays up to this size need no bytes in the file: they may be all fill value.
  static let negligible = 1 << 20
  /// The most that an attribute may hold, in bytes; Keras's largest are a model's JSON.
  static let largestAttribute = 64 << 20

  /// The extents as integers, if an array of them may exist at all.
  static func checked(
    _ extents: [UInt64], elementSize: Int, storedBytes: Int, at place: HDF5Location
  ) throws(HDF5Error) -> [Int] {
    let words = extents.map(String.init).joined(separator: "×")
    // An extent of zero must not hide an absurd one beside it, which could overflow elsewhere.
    guard extents.allSatisfy({ $0 <= UInt64(largestArray) }) else {
      throw place.error(.refused("claims the impossible shape \(words)"))
    }
    var bytes = max(elementSize, MemoryLayout<Float>.size)
    for extent in extents where extent != 0 {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: Int(extent))
      guard !overflow, product <= largestArray else {
        throw place.error(.refused("claims \(words) elements, over the limit of 4 GiB"))
      }
      bytes = product
    }
    if !extents.contains(0), bytes > negligible, bytes / largestExpansion > storedBytes {
      throw place.error(
        .refused("claims \(words) elements but has only \(storedBytes) bytes in the file"))
    }
    return extents.map { Int($0) }
  }
}
