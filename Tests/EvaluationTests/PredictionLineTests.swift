import Datasets
import Evaluation
import Foundation
import Networks
import TestSupport
import Testing

@Suite("Lines of predictions are what Foundation's encoder and decoder make of them")
struct PredictionLineTests {
  /// Scores that are equal, tiny, huge, whole or not finite as often as not.
  private func scores(_ random: inout SplitMix) -> [Float] {
    (0..<7).map { _ in
      switch Int.random(in: 0..<8, using: &random) {
      case 0: 0
      case 1: Float(Int.random(in: -3...3, using: &random))
      case 2: Float.random(in: -1e-6...1e-6, using: &random)
      case 3: Float.random(in: -90...90, using: &random)
      default: Float.random(in: -8...8, using: &random)
      }
    }
  }

  private func prediction(_ random: inout SplitMix) -> Prediction {
    let names = ["a/1.png", "b/very long name.jpg", "ü/ß.png", "\"\\\n", "\u{202E}x", "", "a'b"]
    var scores = scores(&random)
    let kind = Int.random(in: 0..<12, using: &random)
    if kind == 0 { scores[2] = .nan }
    let labels = kind == 1 ? [1, 4] : [Int.random(in: 0..<7, using: &random)]
    let result: Result<Judgement, ImageError> =
      switch kind {
      case 2: .failure(ImageError(.truncated, "ends \"early\""))
      case 3, 4: .success(Judgement(scores, answering: labels))
      case 5: .success(Judgement([scores[0]], labels: [labels[0] % 2], activation: .binary))
      case 6: .success(Judgement(scores, labels: labels, activation: .sigmoid))
      default: .success(Judgement(scores, labels: labels))
      }
    let digest = (0..<64).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16) }
    return Prediction(
      path: names[Int.random(in: 0..<names.count, using: &random)], labels: labels,
      sha256: kind == 7 ? "" : digest.joined(), isRotated: kind == 8, result: result)
  }

  @Test("Written and read, of every kind of image and number")
  func same() throws {
    var random = SplitMix(seed: 1)
    for _ in 0..<2000 {
      let prediction = prediction(&random)
      let line = try PredictionLine.encode(prediction)
      let plain = try PredictionLog.encoder.encode(prediction)
      // Beyond ASCII more is spelled out.
      if prediction.path.utf8.allSatisfy({ $0 < 0x7F }) { #expect(line == plain) }
      let bytes = [UInt8](line)
      let read = try #require(PredictionLine.decode(bytes, 0..<bytes.count))
      let decoded = try PredictionLog.decoder.decode(Prediction.self, from: line)
      // A NaN is no equal of itself, so the bytes are compared.
      #expect(try PredictionLine.encode(read) == line)
      #expect(try PredictionLog.encoder.encode(decoded) == PredictionLog.encoder.encode(read))
    }
  }

  @Test("Read of damaged lines, or refused")
  func damaged() throws {
    var random = SplitMix(seed: 2)
    let replacements = Array("0123456789.-+eE,:{}[]\"\\ an".utf8)
    for _ in 0..<4000 {
      var bytes = [UInt8](try PredictionLine.encode(prediction(&random)))
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let byte = replacements[Int.random(in: 0..<replacements.count, using: &random)]
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        default: bytes.remove(at: place)
        }
      }
      let read = PredictionLine.decode(bytes, 0..<bytes.count)
      let decoded = try? PredictionLog.decoder.decode(Prediction.self, from: Data(bytes))
      let (mine, theirs) = try (
        read.map(PredictionLog.encoder.encode), decoded.map(PredictionLog.encoder.encode)
      )
      let isSame = mine == theirs
      #expect(isSame, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }

  @Test(
    "Numbers are rounded once, also half way between two floats",
    arguments: [
      "0.1", "1e-05", "8388608.5", "16777217", "0.30000001192092896", "1.00000005960464477539",
      "3.4028235e+38", "1.1754944e-38", "1e-45", "7.006492321624085e-46", "0", "-0", "5e-324",
      "1e22",
      "123456789012345678", "0.000123456789012345678", "9007199254740993", "1e400",
    ])
  func numbers(_ text: String) throws {
    let line =
      "{\"judgement\":{\"brier\":\(text),\"guesses\":[{\"class\":0,\"probability\":\(text)}],\"loss\":\(text)},"
      + "\"labels\":[0],\"path\":\"a\",\"sha256\":\"\"}"
    let bytes = [UInt8](line.utf8)
    let read = PredictionLine.decode(bytes, 0..<bytes.count)
    let decoded = try? PredictionLog.decoder.decode(Prediction.self, from: Data(bytes))
    #expect(read == decoded)
    #expect(read?.judgement?.loss?.bitPattern == decoded?.judgement?.loss?.bitPattern)
  }
}
