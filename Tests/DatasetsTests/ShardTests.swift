import Datasets
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("WebDataset shards")
struct ShardTests {
  private let references: LayoutReferences
  init() throws { references = try LayoutReferences.read() }

  private static let files = [
    "cls-000.tar", "cls-001.tar", "gnu.tar", "json.tar", "pax.tar", "ustar.tar",
  ]

  @Test("hold the samples that webdataset reads, images where they lie", arguments: files)
  func samples(_ name: String) throws {
    let expected = try #require(references.shards[name])
    let found = try LabeledImages(shards: [LayoutReferences.path(name)])
    #expect(found.images.count == expected.count)
    for (image, sample) in zip(found.images, expected) {
      #expect(image.path.lowercased() == "\(name)/\(sample.key).png".lowercased())
      let label = image.labels[0]
      #expect(
        (found.vocabulary == .networkIndices ? "\(label)" : found.classNames[label]) == sample.label
      )
      let bytes = try image.source.contents().bytes
      #expect(bytes.count == sample.count)
      #expect(Array(bytes.suffix(24)) == sample.bytes)
    }
    #expect(
      found.notes == (name == "json.tar" ? ["1 samples have no image, and are left out"] : []))
  }

  @Test("follow each other in the order in which they are named")
  func several() throws {
    let paths = try ShardNames.expand(LayoutReferences.path("cls-{000..001}.tar"))
    #expect(paths == ["cls-000.tar", "cls-001.tar"].map { LayoutReferences.path($0) })
    #expect(try ShardNames.expand(LayoutReferences.path("cls-*.tar")) == paths)
    #expect(try ShardNames.expand(LayoutReferences.path("cls-00?.tar")) == paths)
    let found = try LabeledImages(shards: paths)
    #expect(found.images.map(\.labels) == [[0], [7], [4], [1], [8]])
    #expect(try ShardNames.expand("{a,b}{8..10}{x}.tar").count == 6)
    #expect(try ShardNames.expand("{08..10}") == ["08", "09", "10"])
    #expect(throws: DatasetError.self) {
      try ShardNames.expand(LayoutReferences.path("none-*.tar"))
    }
    #expect(throws: DatasetError.missingFile("none.tar")) {
      try LabeledImages(shards: ["none.tar"])
    }
  }

  /// All images of a stream, in batches.
  private func drain(_ stream: TarStream, by count: Int = 2) throws -> [LabeledImage] {
    var images: [LabeledImage] = []
    while let batch = try stream.take(count) {
      #expect(batch.first == images.count)
      #expect((1...count).contains(batch.images.count))
      images += batch.images
    }
    return images
  }

  @Test("arrive on a pipe, one after the other")
  func pipe() throws {
    let whole = try ["cls-000.tar", "cls-001.tar"].map { try Fixtures.data("layouts/\($0)") }
    let pipe = Pipe()
    let writer = Thread {
      for part in whole { try? pipe.fileHandleForWriting.write(contentsOf: part) }
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    let stream = TarStream(descriptor: pipe.fileHandleForReading.fileDescriptor, name: "-")
    let images = try drain(stream)
    let expected = ["cls-000.tar", "cls-001.tar"].flatMap { references.shards[$0] ?? [] }
    #expect(images.map(\.path) == expected.map { "\($0.key).png" })
    #expect(images.map { "\($0.labels[0])" } == expected.map(\.label))
    #expect(
      try images.map { Array(try $0.source.contents().bytes.suffix(24)) } == expected.map(\.bytes))
    #expect(try stream.take(1) == nil)
  }

  @Test("that are cut short are refused with the shard and the byte, whatever byte that is")
  func cut() throws {
    let scratch = try ScratchFolder()
    let whole = [UInt8](try Fixtures.data("layouts/cls-001.tar"))
    let end = 8 * 512
    for length in stride(from: 1, through: end, by: 73) {
      let path = try scratch.write(whole[..<length], as: "cut.tar")
      let error = try #require(throws: DatasetError.self) { try LabeledImages(shards: [path]) }
      #expect(
        error.description.hasPrefix("\(path): damaged: cut short: it ends at byte \(length)"),
        "\(error)")
      let stream = TarStream(bytes: Array(whole[..<length]), name: "-")
      #expect(throws: DatasetError.self) { try drain(stream) }
    }
  }

  @Test("give what came before they break off")
  func broken() throws {
    let whole = [UInt8](try Fixtures.data("layouts/cls-001.tar"))
    let stream = TarStream(bytes: Array(whole[..<(6 * 512 + 10)]), name: "-")
    let first = try #require(try stream.take(8))
    #expect(first.images.map(\.path) == ["part/000003.png"])
    for _ in 0..<2 { #expect(throws: DatasetError.self) { try stream.take(8) } }
  }

  @Test("are refused for a wrong checksum, under compression, and with names where numbers are due")
  func faults() throws {
    let scratch = try ScratchFolder()
    var bytes = [UInt8](try Fixtures.data("layouts/cls-001.tar"))
    bytes[1024] ^= 1
    let path = try scratch.write(bytes, as: "sum.tar")
    let error = try #require(throws: DatasetError.self) { try LabeledImages(shards: [path]) }
    #expect(error.description.contains("at byte 1024: no header where one should be"), "\(error)")
    let packed = try scratch.write(
      [0x1F, 0x8B] + [UInt8](repeating: 7, count: 600), as: "a.tar.gz")
    let words = try #require(throws: DatasetError.self) { try LabeledImages(shards: [packed]) }
    #expect(words.description == "\(packed): a compressed file; decompress it first, with gzip -d")
    let pointer = try scratch.write(
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8), as: "p.tar")
    #expect(
      throws: DatasetError.malformed(
        file: pointer, reason: "a Git LFS pointer, not the file itself: git lfs pull")
    ) { try LabeledImages(shards: [pointer]) }
    let named = TarStream(bytes: [UInt8](try Fixtures.data("layouts/json.tar")), name: "-")
    let label = try #require(throws: DatasetError.self) { try drain(named) }
    #expect(label.description.contains("the sample x0 has the label 'dog'"))
  }
}
