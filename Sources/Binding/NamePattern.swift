/// A name with holes, `stage{s}/block{b}/norm`; a hole stands for one decimal number.
struct NamePattern: Sendable, Hashable {
  enum Piece: Sendable, Hashable {
    case text(String)
    case hole(String)
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
      pieces.append(.hole(String(rest[rest.index(after: open)..<close])))
      rest = rest[rest.index(after: close)...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    self.pieces = pieces
  }

  /// The numbers that the holes stand for in `name`, or `nil` where the pattern does not fit it.
  func match(_ name: String) -> [String: String]? {
    var values: [String: String] = [:]
    var rest = Substring(name)
    for piece in pieces {
      switch piece {
      case .text(let text):
        guard rest.hasPrefix(text) else { return nil }
        rest = rest.dropFirst(text.count)
      case .hole(let hole):
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, values[hole, default: String(digits)] == digits else { return nil }
        values[hole] = String(digits)
        rest = rest[digits.endIndex...]
      }
    }
    return rest.isEmpty ? values : nil
  }

  /// The name that results from putting `values` into the holes.
  func filled(with values: [String: String]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): return text
      case .hole(let hole):
        guard let value = values[hole] else {
          preconditionFailure("the hole {\(hole)} is on the right of a name map only")
        }
        return value
      }
    }.joined()
  }
}
