import Foundation
import HDF5
import Sandbox

/// The parsers of this room that read less than a checkpoint, each by itself, for those who try them with
/// bytes that nobody vouches for.
package enum CheckpointParsers {
  /// What a confined reader answers to the request to list its file.
  package static func listing(_ bytes: [UInt8]) throws {
    var message = MessageReader(bytes)
    if let error = try HDF5Error(failureIn: &message, file: "x") { throw error }
    let listing = try CheckpointListing(&message)
    try message.finish()
    var written = MessageWriter()
    written.write(true)
    listing.write(to: &written)
    precondition(written.bytes.count <= bytes.count, "more was understood than was said")
  }

  /// What a parent asks of a confined reader.
  package static func request(_ bytes: [UInt8]) throws {
    _ = try IsolatedRequest(MessageReader(bytes))
  }

  /// The index of weights in several files.
  package static func shardIndex(_ path: String) throws {
    let files = try ShardIndex(contentsOf: path).files
    precondition(files.allSatisfy { !$0.contains("/") }, "a file that is not beside the index")
  }

  /// The text by which TensorFlow names the latest checkpoint of a folder.
  package static func latestCheckpoint(_ path: String) throws {
    do throws(CheckpointError) {
      guard try TensorFlowLocation.latest(in: path) != nil else {
        throw CheckpointError.notACheckpoint(file: path, looksLike: "another text")
      }
    } catch {
      // It was read, and names one that is not there.
      guard case .missing = error else { throw error }
    }
  }

  /// The listing of an HDF5 file, as a confined reader sends it.
  package static func message(listing path: String) throws -> [UInt8] {
    let file = try HDF5File(reading: path)
    var message = MessageWriter()
    message.write(true)
    try Checkpoint.listing(of: file, size: FileContent(of: path).size).write(to: &message)
    return message.bytes
  }
}
