import HDF5
import TestSupport
import Testing

@Suite("Attributes of an HDF5 group")
struct HDF5AttributeTests {
  private let file: HDF5File

  init() throws { file = try HDF5File(reading: Fixtures.path("checkpoints/formats/attributes.h5")) }

  private func strings(_ name: String) throws -> [String]? {
    guard let attribute = try file.root().attribute(name) else { return nil }
    return try attribute.strings()
  }

  @Test(
    "are text of any length, character set and padding",
    arguments: [
      ("vlen_utf8", ["größe"]), ("vlen_ascii", ["plain"]), ("vlen_ascii_holding_utf8", ["größe"]),
      ("fixed_ascii", ["plain"]), ("fixed_utf8", ["größe"]), ("vlen_list", ["one", "", "three"]),
      ("fixed_list", ["one", "", "three"]), ("one_in_a_list", ["one"]), ("empty_list", []),
      ("space_padded", ["plain"]), ("null_terminated", ["plain"]), ("null", []),
    ])
  func text(_ name: String, _ expected: [String]) throws {
    #expect(try strings(name) == expected)
  }

  @Test("are absent without an error")
  func absent() throws {
    #expect(try strings("nothing") == nil)
  }

  @Test("are whole numbers of either byte order")
  func integers() throws {
    let one = try file.root().attribute("integer")?.integers()
    let many = try file.root().attribute("big_integers")?.integers()
    #expect(one == [-7])
    #expect(many == [1, 2, 300])
  }

  @Test("are floating-point numbers of either byte order")
  func floats() throws {
    let values = try file.root().attribute("floats")?.floats()
    let widened = try file.root().attribute("big_integers")?.floats()
    #expect(values == [0.5, -2])
    #expect(widened == [1, 2, 300])
  }

  @Test("are not guessed at: text that is not UTF-8 is an error that names the attribute")
  func notUTF8() throws {
    let error = #expect(throws: HDF5Error.self) { _ = try strings("latin1") }
    #expect(error?.object == "/@latin1")
    #expect(error?.reason == .damaged("its text is not UTF-8"))
  }

  @Test("say so when they are of another kind than asked for")
  func wrongKind() throws {
    let text = #expect(throws: HDF5Error.self) { _ = try strings("integer") }
    #expect(text?.reason == .unexpected("holds numbers where text is expected"))
    let number = #expect(throws: HDF5Error.self) {
      _ = try file.root().attribute("vlen_utf8")?.integers()
    }
    #expect(number?.reason == .unexpected("does not hold whole numbers"))
    let single = #expect(throws: HDF5Error.self) {
      _ = try file.root().attribute("vlen_list")?.string()
    }
    #expect(single?.reason == .unexpected("holds 3 values where one is expected"))
  }
}
