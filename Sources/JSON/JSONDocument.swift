/// A JSON text that was read whole: what Python's `json` accepts, and nothing else.
///
/// Keras writes its configs with Python's `json`, which knows `NaN`, `Infinity` and halves of surrogate
/// pairs beyond the standard (RFC 8259). A text is kept as its bytes and one small entry a value, so that
/// memory is bounded by the text's length, and a depth of a thousand costs no stack.
package struct JSONDocument: Sendable {
  /// The text itself.
  let bytes: [UInt8]
  /// One entry a value and a member's name, in the order of the text.
  let entries: [Entry]

  /// What a value is and where it stands.
  struct Entry: Sendable {
    let kind: JSONValue.Kind
    /// Where its bytes begin; of a string, behind the quotation mark.
    let start: UInt32
    /// Where its bytes end; of a string, before the quotation mark.
    var end: UInt32
    /// The place of the entry behind this value and all that it holds.
    var next: UInt32
  }

  /// What a text may be before it is refused.
  package struct Limits: Sendable {
    /// The most bytes.
    package var bytes: Int
    /// The most values and names together.
    package var values: Int
    /// The most lists and objects inside one another; Python's own limit is near.
    package var depth: Int

    /// Limits of a caller's own.
    package init(bytes: Int = 256 << 20, values: Int = 16 << 20, depth: Int = 1000) {
      self.bytes = bytes
      self.values = values
      self.depth = depth
    }
  }

  /// Reads a text in UTF-8.
  package init(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) {
    var parser = JSONParser(bytes, limits)
    try parser.readDocument()
    self.bytes = bytes
    entries = parser.entries
  }

  /// Reads a text.
  package init(_ text: String, limits: Limits = Limits()) throws(JSONError) {
    try self.init(Array(text.utf8), limits: limits)
  }

  /// The value that the text is.
  package var root: JSONValue { JSONValue(document: self, place: 0) }
}

/// Why a text is no JSON that Python would accept.
package struct JSONError: Error, Hashable, CustomStringConvertible {
  /// The line at which it shows, from 1.
  package let line: Int
  /// The byte at which it shows, from 0.
  package let byte: Int
  /// What is wrong there.
  package let reason: String

  /// The same without the line, for messages that begin with it.
  package var withoutLine: String { "not JSON at byte \(byte): \(reason)" }

  /// `not JSON at byte 17, line 1: the text ends inside a string`.
  package var description: String { "not JSON at byte \(byte), line \(line): \(reason)" }
}
