import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite("A TensorFlow checkpoint that cannot be read")
struct TensorFlowErrorTests {
  private func error(at path: String) throws -> CheckpointError {
    try #require(throws: CheckpointError.self) { _ = try Checkpoint(contentsOf: path) }
  }

  /// Copies of the files of a small checkpoint, for a test to spoil.
  private func copies(of name: String = "slim") throws -> ScratchFolder {
    let scratch = try ScratchFolder()
    for ending in ["index", "data-00000-of-00001"] {
      let data = try Fixtures.data("checkpoints/tensorflow/\(name).\(ending)")
      _ = try scratch.write(data, as: "copy.\(ending)")
    }
    return scratch
  }

  @Test("because a variable is partitioned names the variable")
  func partitioned() throws {
    guard
      case .unsupported(_, "big/kernel", let detail) = try error(at: tensorFlowPath("partitioned"))
    else {
      Issue.record("no or another error")
      return
    }
    #expect(detail.contains("partitioned into 3 slices"))
  }

  @Test("because it is of version 1 says what to do")
  func version1() throws {
    let error = try error(at: tensorFlowPath("version1"))
    #expect(error.description.contains("checkpoint of version 1"))
    #expect(error.description.contains("save it with tf.compat.v1.train.Saver"))
  }

  @Test("because a data file is not there names the file")
  func missingShard() throws {
    let scratch = try ScratchFolder()
    for ending in ["index", "data-00000-of-00003", "data-00002-of-00003"] {
      let data = try Fixtures.data("checkpoints/tensorflow/sharded.\(ending)")
      _ = try scratch.write(data, as: "sharded.\(ending)")
    }
    let missing = scratch.path("sharded.data-00001-of-00003")
    #expect(try error(at: scratch.path("sharded")) == .missing(file: missing))
  }

  @Test("because its data are cut short says by how much")
  func shortData() throws {
    let scratch = try copies()
    let data = try Fixtures.data("checkpoints/tensorflow/slim.data-00000-of-00001")
    _ = try scratch.write(data.dropLast(), as: "copy.data-00000-of-00001")
    let error = try error(at: scratch.path("copy"))
    guard case .damaged(let file, _, let detail) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(file == scratch.path("copy.data-00000-of-00001"))
    #expect(detail.contains("has 1427 bytes and should have at least 1428"))
  }

  @Test("because it is a SavedModel without variables says so")
  func noVariables() throws {
    let scratch = try ScratchFolder()
    _ = try scratch.write([UInt8](), as: "saved_model.pb")
    let folder = scratch.url.path(percentEncoded: false)
    #expect(try error(at: folder).description.contains("without variables/variables.index"))
  }

  @Test(
    "because the file checkpoint names one that is not there",
    arguments: [
      ("model_checkpoint_path: \"gone\"", "gone.index"),
      ("model_checkpoint_path: \"/tmp/elsewhere/gone\"\n", "gone.index"),
      ("model_checkpoint_path: \"../../copy\"\nall_model", "copy.index"),
    ])
  func pointsNowhere(_ text: String, _ name: String) throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write(Array(text.utf8), as: "checkpoint")
    // Whatever is named, nothing outside of the folder is opened.
    #expect(try error(at: path) == .missing(file: scratch.path(name)))
  }

  @Test("is found in the folder of the file checkpoint that came with it from another machine")
  func moved() throws {
    let scratch = try copies()
    let path = try scratch.write(
      Array("model_checkpoint_path: \"/home/somebody/copy\"\n".utf8), as: "checkpoint")
    #expect(try Checkpoint(contentsOf: path).layers.count == 5)
  }

  @Test("because its index is cut short is damaged, wherever the cut is")
  func cutIndex() throws {
    let scratch = try copies()
    let index = try Fixtures.data("checkpoints/tensorflow/slim.index")
    for length in 0..<index.count {
      let path = try scratch.write(index.prefix(length), as: "copy.index")
      guard case .damaged = try error(at: path) else {
        Issue.record("cut at \(length)")
        return
      }
    }
  }

  @Test(
    "because of a changed byte says so, or the byte means nothing",
    arguments: ["slim", "snappy", "blocks", "trained"])
  func changedBytes(_ name: String) throws {
    let scratch = try copies(of: name)
    let original = try Checkpoint(contentsOf: tensorFlowPath(name))
    let values = try original.layers.flatMap(\.tensors).map { try original.tensor($0) }
    for ending in ["index", "data-00000-of-00001"] {
      let bytes = try Fixtures.data("checkpoints/tensorflow/\(name).\(ending)")
      var refused = 0
      let places = Array(stride(from: 0, to: bytes.count, by: 1 + bytes.count / 1000))
      for place in places {
        var spoiled = bytes
        spoiled[place] ^= UInt8(1 << (place % 8))
        _ = try scratch.write(spoiled, as: "copy.\(ending)")
        do {
          let checkpoint = try Checkpoint(contentsOf: scratch.path("copy"))
          #expect(checkpoint.layers == original.layers)
          let read = try checkpoint.layers.flatMap(\.tensors).map { try checkpoint.tensor($0) }
          #expect(read == values, "\(ending) changed at \(place)")
        } catch let error as CheckpointError {
          guard case .damaged = error else {
            Issue.record("\(error)")
            return
          }
          refused += 1
        }
      }
      // Only what belongs to left-out state, and the footer's padding, may change unseen.
      #expect(refused > places.count / 8)
      _ = try scratch.write(bytes, as: "copy.\(ending)")
    }
  }
}
