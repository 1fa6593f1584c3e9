import Foundation
import Tensors
import Testing

@Suite("NumPy's .npy files")
struct NumPyFileTests {
  /// The bytes of a version 1 file with the given header and data.
  private func file(_ header: String, _ body: [UInt8], version: UInt8 = 1) -> Data {
    let text = Array((header + "\n").utf8)
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [version, 0, UInt8(text.count), 0]
    if version >= 2 { bytes += [0, 0] }
    return Data(bytes + text + body)
  }

  @Test("What is written is read again, whatever the rank", arguments: [[], [0], [3], [2, 3, 2]])
  func roundTrip(extents: [Int]) throws {
    let shape = Shape(extents)
    let values = (0..<shape.elementCount).map { Float($0) * 0.5 - 1 }
    let tensor = Tensor(shape: shape, values: values)
    let data = NumPyFile.encode(tensor)
    #expect((data.count - 4 * values.count) % 64 == 0)
    #expect(try NumPyFile.decode(data, name: "x") == tensor)
  }

  @Test(
    "Numbers of every width and byte order become float32",
    arguments: [
      ("<f4", [0, 0, 0xc0, 0x3f] as [UInt8], 1.5 as Float), (">f4", [0x3f, 0xc0, 0, 0], 1.5),
      ("<f2", [0, 0x3e], 1.5), ("<f8", [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 1.5),
      ("|u1", [200], 200), ("|i1", [200], -56), (">i2", [0xff, 0xfe], -2), ("|b1", [1], 1),
      ("<i8", [5, 0, 0, 0, 0, 0, 0, 0], 5), ("<u4", [0, 0, 0, 0x80], 2_147_483_648),
    ])
  func types(descr: String, bytes: [UInt8], value: Float) throws {
    for version: UInt8 in 1...3 {
      let data = file(
        "{'descr': '\(descr)', 'fortran_order': False, 'shape': (1,), }", bytes, version: version)
      #expect(try NumPyFile.decode(data, name: "x").values == [value])
    }
  }

  @Test("Fortran order is turned into C order")
  func fortran() throws {
    let data = file(
      "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", [1, 2, 3, 4, 5, 6])
    #expect(try NumPyFile.decode(data, name: "x").values == [1, 3, 5, 2, 4, 6])
  }

  @Test(
    "What is no array of numbers is refused",
    arguments: [
      "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
      "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 4000000000), }",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
      "{'fortran_order': False, 'shape': (1,), }",
    ])
  func refused(header: String) {
    #expect(throws: NumPyError.self) {
      try NumPyFile.decode(file(header, [0, 0, 0, 0]), name: "x")
    }
  }

  @Test("A file cut short at any byte is refused")
  func truncated() {
    let whole = NumPyFile.encode(Tensor(shape: [2, 2], values: [1, 2, 3, 4]))
    for length in 0..<whole.count {
      #expect(throws: NumPyError.self) {
        try NumPyFile.decode(whole.prefix(length), name: "x")
      }
    }
  }
}
