import Wire

/// A TensorFlow checkpoint of version 2: named tensors in `P.index` and `P.data-NNNNN-of-MMMMM`.
///
/// Opening reads the index, a few kilobytes, and looks at the sizes of the data files
/// (`tensorflow/core/util/tensor_bundle`).
package struct TensorBundle: Sendable {
  /// The path without `.index`.
  package let prefix: String
  /// The tensors in ascending order of their keys' bytes.
  package let entries: [TensorBundleEntry]
  /// Whether numbers are stored with the highest byte first.
  package let isBigEndian: Bool

  private let shards: [Int: RandomAccessFile]

  /// The largest index that is read; the largest networks have a few megabytes.
  private static let largestIndex = 256 << 20

  /// Opens the bundle whose index is `prefix` with `.index`.
  package init(prefix: String) throws(TensorBundleError) {
    let path = "\(prefix).index"
    let file = try RandomAccessFile(path)
    guard try Self.isTable(file) else {
      throw TensorBundleError(
        file: path, object: nil, reason: .damaged("it does not end as an index does"))
    }
    guard file.size <= Self.largestIndex else {
      throw TensorBundleError(
        file: path, object: nil, reason: .refused("an index of \(file.size) bytes"))
    }
    let table: SortedTable
    let header: BundleHeader
    let bytes = try file.bytes(file.size, at: 0)
    do throws(FormatFault) {
      table = try SortedTable(bytes)
      guard let first = table.entries.first, first.key.isEmpty else {
        throw FormatFault("it has no header")
      }
      header = try BundleHeader(first.value)
    } catch {
      throw TensorBundleError(file: path, object: nil, error)
    }
    guard header.oldestReader <= BundleHeader.version else {
      throw TensorBundleError(
        file: path, object: nil,
        reason: .refused("a bundle for readers of version \(header.oldestReader)"))
    }
    self.prefix = prefix
    isBigEndian = header.isBigEndian
    entries = try Self.entries(of: table, in: path)
    shards = try Self.shards(of: entries, count: header.shardCount, prefix: prefix)
  }

  /// Whether the file ends as a sorted-string table does.
  package static func isTable(_ file: RandomAccessFile) throws(TensorBundleError) -> Bool {
    guard file.size >= 48 else { return false }
    return try file.bytes(8, at: file.size - 8)
      == (0..<8).map { UInt8(truncatingIfNeeded: SortedTable.magic >> (8 * UInt64($0))) }
  }

  /// The index and the data files that hold a tensor, in order.
  package var files: [String] {
    ["\(prefix).index"] + shards.sorted { $0.key < $1.key }.map(\.value.path)
  }

  /// The data file that holds an entry's values.
  package func shard(of entry: TensorBundleEntry) -> RandomAccessFile? { shards[entry.shard] }

  private static func entries(
    of table: SortedTable, in path: String
  ) throws(TensorBundleError) -> [TensorBundleEntry] {
    var entries: [TensorBundleEntry] = []
    var names: Set<String> = []
    // A key that begins with zero is no name but the place of a slice of a partitioned variable.
    for (key, value) in table.entries.map({ ($0.key, $0.value) }).dropFirst() where key[0] != 0 {
      guard let name = String(validating: key, as: UTF8.self) else {
        throw TensorBundleError(
          file: path, object: nil, reason: .damaged("a name in it is not UTF-8"))
      }
      // Other bytes may still be the same characters, composed in another way.
      guard names.insert(name).inserted else {
        throw TensorBundleError(file: path, object: name, reason: .damaged("it is there twice"))
      }
      do throws(FormatFault) {
        entries.append(try TensorBundleEntry(key: name, proto: value))
      } catch {
        throw TensorBundleError(file: path, object: name, error)
      }
    }
    return entries
  }

  /// Opens the data files, and checks that each holds what the index promises.
  private static func shards(
    of entries: [TensorBundleEntry], count: Int, prefix: String
  ) throws(TensorBundleError) -> [Int: RandomAccessFile] {
    var shards: [Int: RandomAccessFile] = [:]
    var claimed: [Int: Int] = [:]
    for entry in entries where entry.sliceCount == 0 {
      guard entry.shard < count else {
        throw TensorBundleError(
          file: "\(prefix).index", object: entry.key,
          reason: .damaged("it lies in data file \(entry.shard) of \(count)"))
      }
      let shard: RandomAccessFile
      if let opened = shards[entry.shard] {
        shard = opened
      } else {
        shard = try RandomAccessFile(path(of: entry.shard, count: count, prefix: prefix))
        shards[entry.shard] = shard
      }
      // Tensors lie side by side, so together they are no larger than the file.
      let end = entry.offset + entry.size
      claimed[entry.shard, default: 0] += min(entry.size, shard.size + 1)
      guard end <= shard.size, claimed[entry.shard, default: 0] <= shard.size else {
        throw TensorBundleError(
          file: shard.path, object: entry.key,
          reason: .damaged(
            end <= shard.size
              ? "tensors overlap in the data file"
              : "the data file has \(shard.size) bytes and should have at least \(end)"))
      }
    }
    return shards
  }

  /// `P.data-00000-of-00001`, as TensorFlow counts.
  private static func path(of shard: Int, count: Int, prefix: String) -> String {
    let numbers = [shard, count].map { number in
      let digits = String(number)
      return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
    return "\(prefix).data-\(numbers.joined(separator: "-of-"))"
  }
}

/// What the entry with the empty key says of the whole bundle (`BundleHeaderProto`).
private struct BundleHeader {
  let shardCount: Int
  let isBigEndian: Bool
  /// The oldest version of a reader that can read it.
  let oldestReader: Int

  /// The version of bundles that is read here (`kTensorBundleVersion`).
  static let version = 1

  init(_ proto: ArraySlice<UInt8>) throws(FormatFault) {
    let message = try ProtobufMessage(proto)
    shardCount = try message.integer(1)
    isBigEndian = try message.integer(2) == 1
    oldestReader = try message.messages(3).last?.integer(2) ?? 0
    guard shardCount >= 0 else { throw FormatFault("it claims \(shardCount) data files") }
  }
}
