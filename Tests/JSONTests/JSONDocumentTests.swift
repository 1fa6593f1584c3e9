import Foundation
import JSON
import TestSupport
import Testing

/// What Python's `json` accepts, as `Tools/fixtures/json_texts.py` recorded it.
@Suite struct JSONDocumentTests {
  /// A text and what Python makes of it.
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let bytes: String
    let value: Expected?

    var text: [UInt8] {
      // A hundred thousand brackets stand for themselves.
      if bytes.hasSuffix("times 5b") { return Array(repeating: 0x5B, count: 100_000) }
      let digits = Array(bytes)
      return stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...$0 + 1]), radix: 16)
      }
    }

    var description: String { String(decoding: text.prefix(40), as: UTF8.self).debugDescription }
  }

  /// A value as Python has it.
  indirect enum Expected: Decodable, Equatable, Sendable {
    case deep, word(String), number(String), string([UInt16]), array([Expected])
    case object([Pair])

    struct Pair: Decodable, Equatable, Sendable {
      let name: [UInt16]
      let value: Expected

      init(name: [UInt16], value: Expected) {
        self.name = name
        self.value = value
      }

      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        name = try list.decode([UInt16].self)
        value = try list.decode(Expected.self)
      }
    }

    private enum Key: CodingKey { case deep, word, number, string, array, object }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      switch try #require(container.allKeys.first) {
      case .deep: self = .deep
      case .word: self = .word(try container.decode(String.self, forKey: .word))
      case .number: self = .number(try container.decode(String.self, forKey: .number))
      case .string: self = .string(try container.decode([UInt16].self, forKey: .string))
      case .array: self = .array(try container.decode([Expected].self, forKey: .array))
      case .object: self = .object(try container.decode([Pair].self, forKey: .object))
      }
    }
  }

  static let cases: [Case] = {
    let data = try? Fixtures.data("json/texts.json")
    return data.flatMap { try? JSONDecoder().decode([Case].self, from: $0) } ?? []
  }()

  @Test func allTextsAreThere() { #expect(Self.cases.count == 72) }

  @Test(arguments: cases) func acceptsAndReadsWhatPythonDoes(_ text: Case) throws {
    guard let expected = text.value else {
      #expect(throws: JSONError.self) { try JSONDocument(text.text) }
      return
    }
    let root = try JSONDocument(text.text).root
    if expected != .deep { expect(root, equals: expected) }
  }

  private func expect(_ value: JSONValue, equals expected: Expected) {
    switch expected {
    case .deep: break
    case .word("None"): #expect(value.isNull)
    case .word(let word): #expect(value.truth == (word == "True"))
    case .number("nan"): #expect(value.number?.isNaN == true)
    case .number(let digits): #expect(value.number == Double(digits))
    // Halves of pairs, which Python keeps, become U+FFFD here.
    case .string(let units): #expect(value.string == String(decoding: units, as: UTF16.self))
    case .array(let items):
      let found = value.array.map(Array.init) ?? []
      #expect(found.count == items.count)
      for (item, expected) in zip(found, items) { expect(item, equals: expected) }
    case .object(let members):
      for member in members {
        let name = String(decoding: member.name, as: UTF16.self)
        guard let found = value[name] else {
          Issue.record("no member \(name)")
          continue
        }
        expect(found, equals: member.value)
      }
    }
  }

  @Test func keepsMembersInOrderAndThoseOfOneName() throws {
    let root = try JSONDocument(#"{"b": 1, "a": [2, {"c": 3}], "b": 4}"#).root
    let members = try #require(root.object)
    #expect(members.map(\.name) == ["b", "a", "b"])
    #expect(root["b"]?.integer == 4)
    #expect(root["a"]?.array.map(Array.init)?[1]["c"]?.integer == 3)
  }

  @Test(arguments: [
    (JSONDocument.Limits(bytes: 4), "[1, 2]", "it has 6 bytes, over the limit of 4"),
    (JSONDocument.Limits(values: 2), "[1, 2]", "it holds more than 2 values"),
    (JSONDocument.Limits(depth: 1), "[[]]", "lists and objects lie more than 1 deep"),
  ])
  func saysWhichLimitATextExceeds(
    _ limits: JSONDocument.Limits, _ text: String, _ reason: String
  ) {
    #expect { try JSONDocument(text, limits: limits) } throws: {
      ($0 as? JSONError)?.reason == reason
    }
  }

  @Test func namesTheLineOfAFault() {
    #expect { try JSONDocument("[1,\n2,\n}]") } throws: {
      ($0 as? JSONError)?.description == "not JSON at byte 7, line 3: no value"
    }
  }
}
