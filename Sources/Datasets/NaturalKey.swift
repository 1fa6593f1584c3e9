/// timm's `natural_key`: `[int(s) if s.isdigit() else s for s in re.split(r'(\d+)', string.lower())]`.
///
/// Texts and numbers take turns, so that each is compared with its like.
package struct NaturalKey: Comparable {
  private enum Part: Equatable {
    /// Code points in lower case.
    case text([UInt32])
    /// Decimal digits without leading zeros, as many as there are.
    case number([UInt8])
  }

  private let parts: [Part]

  /// The key of a name or a path.
  package init(_ name: [UInt8]) {
    var parts: [Part] = []
    var text: [UInt32] = []
    var digits: [UInt8]?
    for point in Self.codePoints(name) {
      if let digit = Self.digit(point) {
        if digits == nil {
          parts.append(.text(text))
          text = []
        }
        digits = (digits ?? []) + [digit]
      } else {
        if let ended = digits { parts.append(.number(Array(ended.drop { $0 == 0 }))) }
        digits = nil
        text.append(point)
      }
    }
    if let ended = digits { parts.append(.number(Array(ended.drop { $0 == 0 }))) }
    self.parts = parts + [.text(text)]
  }

  package static func < (left: NaturalKey, right: NaturalKey) -> Bool {
    for (one, other) in zip(left.parts, right.parts) where one != other {
      switch (one, other) {
      case (.text(let a), .text(let b)): return a.lexicographicallyPrecedes(b)
      case (.number(let a), .number(let b)):
        return a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
      default: preconditionFailure("texts and numbers take turns")
      }
    }
    return left.parts.count < right.parts.count
  }

  /// In lower case; a byte that is no UTF-8 is what Python makes of it, a lone surrogate.
  private static func codePoints(_ name: [UInt8]) -> [UInt32] {
    if name.allSatisfy({ $0 < 0x80 }) {
      return name.map { UInt32(ImageExtensions.lowercased($0)) }
    }
    if let text = String(validating: name, as: UTF8.self) {
      return text.lowercased().unicodeScalars.map(\.value)
    }
    return name.map { $0 < 0x80 ? UInt32(ImageExtensions.lowercased($0)) : 0xDC00 + UInt32($0) }
  }

  /// The value of a decimal digit of any script, which is what `\d` matches.
  private static func digit(_ point: UInt32) -> UInt8? {
    if (0x30...0x39).contains(point) { return UInt8(point - 0x30) }
    guard point >= 0x80, let scalar = Unicode.Scalar(point),
      scalar.properties.generalCategory == .decimalNumber,
      let value = scalar.properties.numericValue
    else { return nil }
    return UInt8(value)
  }
}
