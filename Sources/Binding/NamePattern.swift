/// A name with holes, `stage{s}/block{b}/norm`; a hole stands for one decimal number.
///
/// Where a pattern is filled, a hole may say how the number is written: `{s-2}` is two less than
/// `{s}`, `{b:a}` a letter, `a` for 1, `b` for 2, and `{b:b1}` an `a` for 1, `b1` for 2, `b2` for 3.
struct NamePattern: Sendable, Hashable {
  struct Hole: Sendable, Hashable {
    var name: String
    /// What is added to the number when it is written.
    var offset = 0
    /// How the number is written.
    var style = Style.decimal
  }

  /// How a number is written.
  enum Style: Sendable, Hashable {
    /// `1`, `2`, `3`.
    case decimal
    /// `a`, `b`, `c`.
    case letter
    /// `a`, `b1`, `b2`: Caffe's names of the blocks of a long stage.
    case numberedLetter
  }

  enum Piece: Sendable, Hashable {
    case text(String)
    case hole(Hole)
  }

  let pieces: [Piece]

  init(_ text: String) {
    var pieces: [Piece] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{") {
      guard let close = rest[open...].firstIndex(of: "}") else {
        preconditionFailure("no } in the name pattern \(text)")
      }
      if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
      pieces.append(.hole(Hole(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    self.pieces = pieces
  }

  init(pieces: some Sequence<Piece>) { self.pieces = Array(pieces) }

  /// The numbers that the holes stand for in `name`, or `nil` where the pattern does not fit it.
  func match(_ name: String) -> [String: Int]? {
    var values: [String: Int] = [:]
    // Bytes, since each layer's path is held against every row of a table.
    var rest = name.utf8[...]
    for piece in pieces {
      switch piece {
      case .text(let text):
        guard rest.starts(with: text.utf8) else { return nil }
        rest = rest.dropFirst(text.utf8.count)
      case .hole(let hole):
        precondition(
          hole == Hole(name: hole.name),
          "{\(hole.name)} on the left of a name map is a plain number")
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let value = Int(Substring(digits)), values[hole.name, default: value] == value else {
          return nil
        }
        values[hole.name] = value
        rest = rest[digits.endIndex...]
      }
    }
    return rest.isEmpty ? values : nil
  }

  /// The name that results from putting `values` into the holes, or `nil` where a number cannot be
  /// written so: there is no number below 0, and no letter beyond z.
  func filled(with values: [String: Int]) -> String? {
    var name = ""
    for piece in pieces {
      switch piece {
      case .text(let text): name += text
      case .hole(let hole):
        guard let value = values[hole.name] else {
          preconditionFailure("the hole {\(hole.name)} is on the right of a name map only")
        }
        guard let written = hole.written(value) else { return nil }
        name += written
      }
    }
    return name
  }
}

extension NamePattern.Hole {
  /// Reads what stands between the braces: `s`, `s-2`, `s+1`, `b:a`, `b:b1`.
  init(_ text: Substring) {
    if text.hasSuffix(":a") {
      self.init(text.dropLast(2))
      style = .letter
    } else if text.hasSuffix(":b1") {
      self.init(text.dropLast(3))
      style = .numberedLetter
    } else if let sign = text.firstIndex(where: { $0 == "-" || $0 == "+" }) {
      guard let offset = Int(text[sign...]) else {
        preconditionFailure("no number after the sign in the hole {\(text)}")
      }
      self.init(name: String(text[..<sign]), offset: offset)
    } else {
      self.init(name: String(text))
    }
  }

  fileprivate func written(_ value: Int) -> String? {
    let number = value + offset
    switch style {
    case .decimal: return number < 0 ? nil : String(number)
    case .letter: return (1...26).contains(number) ? String(UnicodeScalar(UInt8(96 + number))) : nil
    case .numberedLetter: return number < 1 ? nil : number == 1 ? "a" : "b\(number - 1)"
    }
  }
}
