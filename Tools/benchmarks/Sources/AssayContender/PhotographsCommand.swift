import ArgumentParser
import CBenchmark
import Foundation

/// `assay-contender photographs`: the JPEGs that all engines score.
struct PhotographsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "photographs", abstract: "Writes synthetic JPEGs of 500×375 in ten class folders.")

  @Option(help: "How many.")
  var count = 512

  @Option(help: "What they are made from.")
  var seed: UInt64 = 1

  @Option(help: "The folder.")
  var output: String

  private static let classes = 10

  func run() throws {
    let folder = URL(filePath: output, directoryHint: .isDirectory)
    for label in 0..<Self.classes {
      try FileManager.default.createDirectory(
        at: folder.appending(path: "class\(label)"), withIntermediateDirectories: true)
    }
    for index in 0..<count {
      let name = String(format: "class%d/%05d.jpg", index % Self.classes, index)
      let path = folder.appending(path: name).path
      guard unsafe bench_write_photograph(path, seed &+ UInt64(index) &* 1000, 500, 375, 90) > 0
      else { throw ContenderError("\(path): cannot be written") }
    }
  }
}
