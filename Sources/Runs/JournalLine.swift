import CChecksums
import Evaluation

/// A line of a journal: a checksum of the rest, the checkpoint, the image's place, the prediction.
enum JournalLine: Sendable {
  /// A line that was not written to its end.
  case torn
  /// A line that is whole, and no prediction.
  case foreign
  /// What became of the image at a place.
  case prediction(checkpoint: Int, place: Int, Prediction)

  /// Reads the line that lies in `range` of `bytes`.
  init(_ bytes: [UInt8], _ range: Range<Int>) {
    guard var rest = Self.body(bytes, range) else {
      self = .torn
      return
    }
    guard let checkpoint = Self.number(bytes, &rest), let place = Self.number(bytes, &rest),
      let prediction = PredictionLine.decode(bytes, rest)
    else {
      self = .foreign
      return
    }
    self = .prediction(checkpoint: checkpoint, place: place, prediction)
  }

  /// The line without its checksum; `nil` where that is not the one of the rest.
  static func body(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
    guard range.count > 9, bytes[range.lowerBound + 8] == space else { return nil }
    var sum: UInt32 = 0
    for byte in bytes[range.prefix(8)] {
      switch byte {
      case 0x30...0x39: sum = sum << 4 | UInt32(byte - 0x30)
      case 0x61...0x66: sum = sum << 4 | UInt32(byte - 0x57)
      default: return nil
      }
    }
    let body = range.lowerBound + 9..<range.upperBound
    return checksum(bytes, body) == sum ? body : nil
  }

  /// CRC-32C.
  static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    unsafe bytes[range].withUnsafeBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe assay_crc32c(0, $0, buffer.count) } ?? 0
    }
  }

  /// A number and the blank after it, which are passed over.
  private static func number(_ bytes: [UInt8], _ rest: inout Range<Int>) -> Int? {
    var (value, at) = (0, rest.lowerBound)
    while at < rest.upperBound, case let digit = bytes[at] &- 0x30, digit < 10 {
      value = value * 10 + Int(digit)
      at += 1
      if at - rest.lowerBound > 15 { return nil }
    }
    guard at > rest.lowerBound, at < rest.upperBound, bytes[at] == space else { return nil }
    rest = at + 1..<rest.upperBound
    return value
  }
}

private let space = UInt8(ascii: " ")
