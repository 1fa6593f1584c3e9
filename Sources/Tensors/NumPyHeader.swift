/// The header of a `.npy` file: a Python dictionary literal with exactly three keys.
package struct NumPyHeader: Sendable {
  /// The type of the elements.
  package let type: NumPyElement
  /// Whether the first index varies fastest.
  package let isFortranOrder: Bool
  /// The extents.
  package let shape: Shape
  /// The product of the extents.
  package let elementCount: Int

  /// Reads the dictionary; `name` is for the words of an error, a `NumPyError`.
  package init(_ text: String, name: String) throws {
    guard let descr = Self.value(of: "descr", in: text), descr.first == "'",
      let type = NumPyElement(descr.dropFirst().prefix { $0 != "'" })
    else {
      if text.contains("'|O'") || text.contains("'O'") {
        throw NumPyError("\(name): holds pickled Python objects, which are never read")
      }
      throw NumPyError("\(name): element type is not a plain number: \(text)")
    }
    guard let order = Self.value(of: "fortran_order", in: text),
      let tuple = Self.value(of: "shape", in: text), tuple.first == "(",
      let end = tuple.firstIndex(of: ")")
    else {
      throw NumPyError("\(name): malformed .npy header: \(text)")
    }
    var extents: [Int] = []
    var count = 1
    for part in tuple[..<end].dropFirst().split(separator: ",") {
      let digits = part.filter { $0 != " " }
      if digits.isEmpty { continue }
      guard let extent = Int(digits), extent >= 0 else {
        throw NumPyError("\(name): \(digits) is no extent")
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      // An array of more than 2^40 elements is a damaged header, not data.
      guard !overflow, product <= 1 << 40 else { throw NumPyError("\(name): shape is too large") }
      count = product
      extents.append(extent)
    }
    self.type = type
    isFortranOrder = order.hasPrefix("True")
    shape = Shape(extents)
    elementCount = count
  }

  /// The text that follows `'key':` without leading spaces.
  private static func value(of key: String, in text: String) -> Substring? {
    for quote in ["'", "\""] {
      if let range = text.firstRange(of: "\(quote)\(key)\(quote):") {
        return text[range.upperBound...].drop { $0 == " " }
      }
    }
    return nil
  }
}
