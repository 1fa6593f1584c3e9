import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Opening an HDF5 file")
struct HDF5FileTests {
  /// The reason for which the file at `path` does not open.
  private func reason(_ path: String) throws -> HDF5Error.Reason {
    try #require(throws: HDF5Error.self) { _ = try HDF5File(reading: path) }.reason
  }

  @Test("tells a missing file from everything else")
  func missing() throws {
    #expect(try reason("/nowhere/at/all.h5") == .missing)
    let file = Fixtures.path("checkpoints/formats/types.h5")
    #expect(try reason(file + "/inside.h5") == .missing)
  }

  @Test("names a directory and a named pipe, and does not wait for the pipe")
  func special() throws {
    let scratch = try ScratchFolder()
    #expect(try reason(scratch.url.path(percentEncoded: false)) == .notAFile("a directory"))
    let pipe = scratch.path("pipe")
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(try reason(pipe) == .notAFile("a named pipe"))
  }

  @Test("finds no signature in text and in nothing", arguments: ["", "layer_names", "\u{89}HDF"])
  func otherContent(_ text: String) throws {
    let scratch = try ScratchFolder()
    #expect(try reason(scratch.write(Array(text.utf8), as: "text.h5")) == .notHDF5)
  }

  @Test("says that a file is cut short", arguments: [96, 1000, 5000, 20_000])
  func truncated(_ length: Int) throws {
    let scratch = try ScratchFolder()
    let whole = try Fixtures.data("checkpoints/formats/types.h5")
    #expect(whole.count > length)
    let path = try scratch.write(whole.prefix(length), as: "short.h5")
    guard case .truncated(let detail) = try reason(path) else {
      Issue.record("not told as truncated: \(try reason(path))")
      return
    }
    #expect(detail.contains("eof = \(length)"))
  }

  @Test("fails cleanly where only the signature is left", arguments: [8, 20, 60])
  func stump(_ length: Int) throws {
    let scratch = try ScratchFolder()
    let whole = try Fixtures.data("checkpoints/formats/types.h5")
    let path = try scratch.write(whole.prefix(length), as: "stump.h5")
    switch try reason(path) {
    case .truncated(let detail), .damaged(let detail): #expect(!detail.isEmpty)
    case let other: Issue.record("\(other)")
    }
  }

  @Test("reads a file behind a user block")
  func userBlock() throws {
    let file = try HDF5File(reading: Fixtures.path("checkpoints/formats/userblock.h5"))
    let dataset = try file.root().dataset("values")
    #expect(try dataset.floats() == FormulaWeights.values("types", 0, count: 15))
  }

  @Test("is shared by many tasks, whose failures do not mix")
  func shared() async throws {
    let file = try HDF5File(reading: Fixtures.path("checkpoints/formats/types.h5"))
    let expected = FormulaWeights.values("types", 0, count: 15)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for task in 0..<64 {
        group.addTask {
          if task.isMultiple(of: 2) {
            return try file.root().dataset("little_f8").floats() == expected
          }
          let error = #expect(throws: HDF5Error.self) {
            _ = try file.root().dataset("none_\(task)")
          }
          return error?.object == "/none_\(task)" && error?.reason == .notFound
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }

  @Test("walks all objects once, and ends where a group holds itself")
  func entries() throws {
    let file = try HDF5File(reading: Fixtures.path("checkpoints/formats/links.h5"))
    let entries = try file.entries().map { "\($0.path) \($0.kind)" }
    #expect(
      entries == [
        "/dangling link(a soft link)", "/external link(an external link)", "/real group",
        "/real/around repeated", "/real/kernel dataset", "/soft link(a soft link)",
        "/soft_group link(a soft link)", "/twice repeated",
      ])
  }

  @Test("refuses to walk deeper than any model is")
  func depth() throws {
    let file = try HDF5File(reading: Fixtures.path("checkpoints/formats/v3_deep.weights.h5"))
    let error = #expect(throws: HDF5Error.self) { _ = try file.entries() }
    #expect(error?.reason == .refused("nested deeper than 64 groups"))
  }
}

extension HDF5Dataset {
  /// All elements as float32.
  func floats() throws -> [Float] {
    var values = [Float](repeating: .nan, count: elementCount)
    try unsafe values.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
      try unsafe read(into: buffer)
    }
    return values
  }
}
