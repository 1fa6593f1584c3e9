import Digests
import Evaluation
import Foundation
import Runs
import TensorBundles
import Tensors
import Wire

/// The files of a run, each behind the plan that it is of and a zero.
enum ParsedRun {
  /// A journal, its lines' checksums made right: a fuzzer cannot guess them.
  static func journal(_ bytes: [UInt8]) throws {
    let (run, file) = try split(bytes)
    var sealed = Data()
    let lines = file.split(separator: newline, omittingEmptySubsequences: false)
    for line in lines {
      let body = line.dropFirst(9)
      var checksum = CRC32C()
      checksum.update(body)
      let digits = String(checksum.value, radix: 16)
      let padded = String(repeating: "0", count: 8 - digits.count) + digits
      sealed += Data("\(padded) ".utf8) + body + [newline]
    }
    guard try run.journal(sealed) > 0 else { throw FuzzedParser.Refusal() }
  }

  /// The result of a shard, with its digest made right.
  static func result(_ bytes: [UInt8]) throws {
    let (run, file) = try split(bytes)
    let digest = SHA256.hash(data: file).hexadecimal
    try run.result(file + Data("\(digest)\n".utf8))
  }

  private static func split(_ bytes: [UInt8]) throws -> (RunParsers, Data) {
    guard let end = bytes.firstIndex(of: 0) else { throw FuzzedParser.Refusal() }
    return (try RunParsers(plan: Data(bytes[..<end])), Data(bytes[(end + 1)...]))
  }

  private static let newline = UInt8(ascii: "\n")
}
