import Archives
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("NumPy's .npz files")
struct NumPyArchiveTests {
  private func open(_ name: String) throws -> NumPyArchive {
    try NumPyArchive(Fixtures.path("checkpoints/archives/\(name)"))
  }

  @Test(
    "hold arrays by name, in the order in which they were given",
    arguments: [
      "numpy.npz", "float32.npz", "compressed.npz", "float16.npz", "float64.npz",
      "float32_big.npz", "bfloat16.npz", "fortran.npz",
    ])
  func arrays(_ file: String) throws {
    let archive = try open(file)
    #expect(
      archive.names == [
        "stem/kernel", "stem/bias", "norm/gamma", "norm/beta", "norm/moving_mean",
        "norm/moving_variance", "head_conv/kernel", "logits/kernel", "logits/bias",
      ])
    #expect(
      try archive.tensor("stem/kernel")
        == Tensor(shape: [3, 3, 2, 3], values: FormulaWeights.values("stem", 0, count: 54)))
    #expect(
      try archive.tensor("norm/moving_variance")
        == Tensor(shape: [3], values: FormulaWeights.values("norm", 3, count: 3)))
  }

  @Test("are refused if they hold pickles, and say so")
  func pickles() throws {
    let archive = try open("pickled.npz")
    let error = try #require(throws: ArchiveError.self) { try archive.tensor("layers/dense") }
    #expect(error.description.contains("pickled Python objects, which are never read"))
  }

  @Test("know no array of another name, and no other zip is one")
  func absent() throws {
    let archive = try open("float32.npz")
    let error = try #require(throws: ArchiveError.self) { try archive.tensor("stem") }
    #expect(error.description.contains("has no array called stem"))
    let foreign = try #require(throws: ArchiveError.self) { try open("stored_keras3.keras") }
    #expect(foreign.description.contains("a zip file with metadata.json in it"))
  }

  @Test("give equal values or one error, whichever byte of a small one is wrong")
  func flipped() throws {
    let scratch = try ScratchFolder()
    let whole = [UInt8](try Fixtures.data("checkpoints/archives/compressed.npz"))
    let expected = try open("compressed.npz").tensor("stem/kernel")
    var refused = 0
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 1 << UInt8(place % 8)
      let path = try scratch.write(bytes, as: "flipped.npz")
      do {
        #expect(try NumPyArchive(path).tensor("stem/kernel") == expected, "byte \(place)")
      } catch {
        refused += 1
      }
    }
    // Most bytes are of other members or of fields that nobody needs.
    #expect(refused > 300)
  }
}
