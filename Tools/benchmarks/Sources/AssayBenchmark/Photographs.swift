import Assay
import CBenchmark
import Foundation

/// Synthetic JPEGs in class folders, in a temporary place that ``remove()`` clears.
struct Photographs {
  let data: LabeledImages
  /// The mean size of a file, in bytes.
  let meanByteCount: Int

  /// The usual size of a photograph of ImageNet.
  static let width = 500
  static let height = 375
  static let quality = 90

  private static let classCount = 10

  private let folder: URL

  /// Writes `count` photographs.
  init(count: Int, seed: UInt64) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "assay-benchmark-\(UUID().uuidString)", directoryHint: .isDirectory)
    var total: Int64 = 0
    for label in 0..<min(count, Self.classCount) {
      try FileManager.default.createDirectory(
        at: Self.classFolder(label, in: folder), withIntermediateDirectories: true)
    }
    for index in 0..<count {
      let file = Self.classFolder(index % Self.classCount, in: folder).appending(
        path: "\(index).jpg")
      let size = unsafe bench_write_photograph(
        file.path, seed &+ UInt64(index) &* 1000, Int32(Self.width), Int32(Self.height),
        Int32(Self.quality))
      guard size > 0 else { throw BenchmarkError.cannotWrite(file.path) }
      total += size
    }
    self.folder = folder
    meanByteCount = Int(total) / count
    data = try LabeledImages(directory: folder.path)
  }

  /// A name for each class of a network; the first ones are those of the folders.
  static func classNames(_ count: Int) -> [String] { (0..<count).map { "class\($0)" } }

  /// Deletes the files.
  func remove() throws { try FileManager.default.removeItem(at: folder) }

  private static func classFolder(_ label: Int, in folder: URL) -> URL {
    folder.appending(path: "class\(label)", directoryHint: .isDirectory)
  }
}
