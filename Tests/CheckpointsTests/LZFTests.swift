import Archives
import Checkpoints
import Foundation
import Tensors
import TestSupport
import Testing

@Suite("h5py's LZF filter")
struct LZFTests {
  @Test("gives the values that were compressed, with shuffle, with checksums, and without")
  func values() throws {
    let checkpoint = try openArchive("lzf.h5")
    let expected = try NumPyArchive(Fixtures.path("checkpoints/archives/lzf_expected.npz"))
    #expect(checkpoint.layers.count == 16)
    for layer in checkpoint.layers {
      let source = try #require(layer.name?.split(separator: "_").first)
      let tensor = try #require(layer.tensors.first)
      #expect(try checkpoint.tensor(tensor) == expected.tensor(String(source)), "\(layer.label)")
    }
  }

  /// Where the chunks of `steps_checked` lie in the file, as h5py says.
  private func chunks() throws -> [Range<Int>] {
    let data = try Fixtures.data("checkpoints/archives/lzf_chunks.json")
    return try JSONDecoder().decode([[Int]].self, from: data).map { $0[0]..<$0[0] + $0[1] }
  }

  @Test("under a checksum is damaged, whichever of its bytes is wrong")
  func damaged() throws {
    let scratch = try ScratchFolder()
    let whole = [UInt8](try Fixtures.data("checkpoints/archives/lzf.h5"))
    let original = try openArchive("lzf.h5")
    let layer = try #require(original.layers.first { $0.name == "steps_checked" })
    let tensor = try #require(layer.tensors.first)
    for chunk in try chunks() {
      for place in stride(from: chunk.lowerBound, to: chunk.upperBound, by: 7) {
        var bytes = whole
        bytes[place] ^= 0x41
        let path = try scratch.write(bytes, as: "damaged.h5")
        let error = try #require(throws: CheckpointError.self) {
          try Checkpoint(contentsOf: path).tensor(tensor)
        }
        #expect(error.description.contains("steps_checked/kernel: damaged"))
      }
    }
  }

  @Test("is not the only one that may be missing: others are named in the error")
  func unknown() throws {
    let error = try #require(throws: CheckpointError.self) {
      try openArchive("unknown_filter.h5")
    }
    #expect(error.description.contains("/fc/kernel: not supported: is compressed by filter 32999"))
  }
}
