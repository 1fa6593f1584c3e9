import Archives
import Binding
import CHDF5Extensions
import Checkpoints
import Datasets
import Foundation
import KerasConfigs
import Runs
import Studies
import TensorBundles
import Tensors

/// A parser of ours that reads bytes which nobody vouches for.
///
/// libFuzzer looks for input on which it traps, hangs or takes too much memory (`Tools/fuzz`); what it
/// has found is kept in `Fixtures/fuzz`, a folder for each parser, and tried by every test run.
package enum FuzzedParser: String, CaseIterable, Sendable {
  /// A zip archive: its directory, and every member to its end.
  case zip
  /// An archive of NumPy arrays.
  case npz
  /// A single NumPy array.
  case npy
  /// A safetensors file.
  case safetensors
  /// The index of a TensorFlow checkpoint, with its checksums made right.
  case table
  /// A whole TensorFlow checkpoint: such an index, beside a data file.
  case bundle
  /// The description of a tensor in a TensorFlow checkpoint, a protobuf message.
  case entry
  /// The graph of objects in a TensorFlow checkpoint, a protobuf message.
  case objects
  /// A Snappy block.
  case snappy
  /// A chunk under h5py's LZF.
  case lzf
  /// A JPEG, PNG, GIF, BMP or WebP file.
  case image
  /// A file of records: TFRecord, plain and compressed, or array_record.
  case records
  /// A chunk of array_record, behind the number of its records.
  case chunk
  /// A record: a `tf.train.Example` with image and label.
  case example
  /// What describes a folder of TensorFlow Datasets, and a split of it.
  case dataset
  /// A tar archive of WebDataset, as a stream and as a file.
  case tar
  /// A list of labels in any layout, of classes, or of synsets.
  case labels
  /// A MATLAB 5 file.
  case mat
  /// JSON of any kind: configs, metadata, indexes, headers.
  case json
  /// A model's config as a tree of layers and calls, and no network of it: quick to try by the million.
  case tree
  /// A model's config, and the network that it describes.
  case configs
  /// The task of a preset of KerasHub, and the network that its arguments build.
  case preset
  /// What a confined reader answers: the listing of its file.
  case listing
  /// What it is asked.
  case request
  /// The index of weights in several files.
  case shards
  /// TensorFlow's text that names the latest checkpoint of a folder.
  case latest
  /// A user's map of names.
  case names
  /// The layouts of weights in HDF5, in a file made of the input.
  case layouts
  /// Predictions, a line an image.
  case log
  /// The manifest of a golden.
  case golden
  /// The plan of a run.
  case plan
  /// The journal of a run, behind its plan.
  case journal
  /// The result of a shard, behind the run's plan.
  case result
  /// A protocol in YAML.
  case `protocol`
  /// A calibration for int8.
  case calibration

  /// Parses `bytes`; whatever they are, this returns, soon and without taking much memory.
  ///
  /// Returns whether they were accepted, all of them and to the end.
  @discardableResult
  package func accepts(_ bytes: [UInt8]) -> Bool {
    do {
      switch self {
      case .zip: try ParsedFile.zip(bytes)
      case .npz: try ParsedFile.npz(bytes)
      case .npy: _ = try NumPyFile.decode(Data(bytes), name: "x")
      case .safetensors: try ParsedFile.safetensors(bytes)
      case .table: _ = try SortedTable(SealedTable(bytes).bytes)
      case .bundle: try ParsedFile.bundle(bytes)
      case .entry: _ = try TensorBundleEntry(key: "x", proto: bytes[...])
      case .objects: _ = try ObjectGraph(bytes[...])
      case .snappy: _ = try Snappy.decode(bytes[...])
      case .lzf: try Self.lzf(bytes)
      case .image: try ParsedImage.parse(bytes)
      case .records: try ParsedRecords.file(bytes)
      case .chunk: try ParsedRecords.chunk(bytes)
      case .example: try RecordParsers.example(bytes)
      case .dataset: try RecordParsers.dataset(bytes)
      case .tar: try ParsedLayout.tar(bytes)
      case .labels: try ParsedLayout.labels(bytes)
      case .mat: _ = try MatFile(bytes, name: "x")
      case .json: try ParsedDocument.json(bytes)
      case .tree: _ = try KerasConfig(String(decoding: bytes, as: UTF8.self))
      case .configs: _ = try ConfigParsers.calls(in: String(decoding: bytes, as: UTF8.self))
      case .preset: try ParsedDocument.preset(bytes)
      case .listing: try CheckpointParsers.listing(bytes)
      case .request: try CheckpointParsers.request(bytes)
      case .shards: try ParsedFile.shards(bytes)
      case .latest: try ParsedFile.latest(bytes)
      case .names: try ParsedDocument.nameMap(bytes)
      case .layouts: try BuiltCheckpoint.read(bytes)
      case .log: try ParsedDocument.log(bytes)
      case .golden: try ParsedDocument.manifest(bytes)
      case .plan: _ = try RunParsers(plan: Data(bytes))
      case .journal: try ParsedRun.journal(bytes)
      case .result: try ParsedRun.result(bytes)
      case .protocol: try ParsedStudy.protocol(bytes)
      case .calibration: try ParsedStudy.calibration(bytes)
      }
      return true
    } catch {
      return false
    }
  }

  /// Both passes of the filter, as libhdf5 would call it: to count, then to write.
  private static func lzf(_ bytes: [UInt8]) throws {
    let counted = unsafe assay_lzf_decompress(bytes, bytes.count, nil, 64 * bytes.count)
    guard counted >= 0 else { throw Refusal() }
    // Exactly as long as what it counted, so that AddressSanitizer sees any byte more.
    var output = [UInt8](repeating: 0, count: Int(counted))
    let written = unsafe assay_lzf_decompress(bytes, bytes.count, &output, output.count)
    precondition(written == counted, "\(written) bytes written, \(counted) counted")
  }

  /// What a parser without errors of its own refuses.
  struct Refusal: Error {}
}
