import Foundation
import FuzzedParsers
import TestSupport
import Testing

@Suite("Parsers of bytes that nobody vouches for", .serialized)
struct FuzzedParserTests {
  /// A whole input for each parser.
  private static let examples: [(parser: FuzzedParser, file: String)] = [
    (.zip, "checkpoints/archives/deflated_keras3.keras"),
    (.npz, "checkpoints/archives/compressed.npz"),
    (.npy, "layers/dense/bias.npy"),
    (.safetensors, "checkpoints/archives/float32.safetensors"),
    (.table, "checkpoints/tensorflow/snappy.index"),
    (.bundle, "checkpoints/tensorflow/blocks.index"),
    (.entry, "fuzz/entry/float32"),
    (.objects, "fuzz/objects/layer"),
    (.snappy, "fuzz/snappy/copies"),
    (.lzf, "fuzz/lzf/copies"),
    (.image, "images/jpeg-420.jpg"),
    (.image, "images/png-grey-8.png"),
    (.records, "records/plain/validation-00000-of-00002"),
    (.records, "records/plain/gzip.tfrecord"),
    (.records, "records/plain/zlib.tfrecord"),
    (.chunk, "fuzz/chunk/small"),
    (.chunk, "fuzz/chunk/grouped"),
    (.example, "fuzz/example/png"),
    (.example, "fuzz/example/pixels"),
    (.dataset, "fuzz/dataset/slices"),
    (.tar, "layouts/cls-001.tar"),
    (.tar, "layouts/pax.tar"),
    (.labels, "layouts/quoted.csv"),
    (.labels, "fuzz/labels/sets.json"),
    (.labels, "fuzz/labels/columns.csv"),
    (.labels, "fuzz/labels/sets.csv"),
    (.mat, "layouts/meta.mat"),
    (.mat, "layouts/meta-compressed.mat"),
    (.image, "images/gif-growing.gif"),
    (.image, "images/bmp-rle8.bmp"),
    (.image, "images/webp-lossless.webp"),
    (.image, "images/ppm-1000.ppm"),
    (.image, "images/pgm.pgm"),
    (.json, "fuzz/json/values.json"),
    (.tree, "fuzz/tree/keras3.json"),
    (.tree, "fuzz/tree/keras2.json"),
    (.tree, "fuzz/tree/sequential.json"),
    (.configs, "configs/plain.unpacked.keras/config.json"),
    (.preset, "fuzz/preset/vgg.json"),
    (.preset, "fuzz/preset/vit.json"),
    (.listing, "fuzz/listing/small"),
    (.request, "fuzz/request/read"),
    (.shards, "checkpoints/archives/sharded.weights.json"),
    (.latest, "fuzz/latest/checkpoint"),
    (.names, "fuzz/names/rules.map"),
    (.layouts, "fuzz/layouts/legacy"),
    (.layouts, "fuzz/layouts/variables"),
    (.log, "fuzz/log/three.jsonl"),
    (.log, "fuzz/log/sets.jsonl"),
    (.golden, "fuzz/golden/manifest.json"),
    (.plan, "fuzz/plan/plan.json"),
    (.journal, "fuzz/journal/one"),
    (.journal, "fuzz/journal/sets"),
    (.result, "fuzz/result/first"),
    (.protocol, "fuzz/protocol/all.yaml"),
    (.protocol, "fuzz/protocol/flow.yaml"),
    (.calibration, "fuzz/calibration/two.json"),
  ]

  @Test("accept a whole input, so that what follows tries them in earnest", arguments: examples)
  func wholeInput(parser: FuzzedParser, file: String) throws {
    #expect(parser.accepts([UInt8](try Fixtures.data(file))))
    #expect(!parser.accepts([0xFF, 0xFE, 0xFD]))
  }

  @Test("are each tried") func each() {
    #expect(Set(Self.examples.map(\.parser)) == Set(FuzzedParser.allCases))
  }

  @Test("survive what a fuzzer once found", arguments: FuzzedParser.allCases)
  func found(parser: FuzzedParser) throws {
    let folder = Fixtures.path("fuzz/\(parser.rawValue)")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() {
      let start = ProcessorTime.ofThisThread
      parser.accepts([UInt8](try Fixtures.data("fuzz/\(parser.rawValue)/\(name)")))
      #expect(ProcessorTime.ofThisThread - start < .seconds(5), "\(name)")
    }
  }

  @Test("survive a thousand copies with other bytes, and refuse some", arguments: examples)
  func otherBytes(parser: FuzzedParser, file: String) throws {
    let whole = [UInt8](try Fixtures.data(file))
    var state: UInt64 = 1
    var refused = 0
    for _ in 0..<1000 {
      var copy = whole
      for _ in 0..<1 + Self.number(below: 3, &state) {
        let place = Self.number(below: copy.count, &state)
        let value = UInt8(truncatingIfNeeded: Self.number(below: 256, &state))
        copy[place] = value & 3 == 0 ? 0xFF : value
      }
      if Self.number(below: 8, &state) == 0 {
        copy.removeLast(Self.number(below: copy.count, &state))
      }
      if !parser.accepts(copy) { refused += 1 }
    }
    #expect(refused > 0)
  }

  /// A number from 0 on, by Knuth's linear congruential generator (MMIX).
  private static func number(below bound: Int, _ state: inout UInt64) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
