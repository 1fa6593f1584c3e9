import Archives
import Foundation
import HDF5
import JSON
package import KerasConfigs
package import Presets
public import Tensors

/// An opened Keras checkpoint: what it holds, and a way to read each tensor later.
///
/// Opening reads names, shapes and types only. The file is recognised by its content, never by its
/// name, and stays open for as long as a copy of this value lives. Checksums of zip members are
/// verified no later than the first tensor is read.
///
///     let checkpoint = try Checkpoint(contentsOf: "resnet50v2.h5")
///     for layer in checkpoint.layers { print(layer.label, layer.tensors.map(\.shape)) }
@safe public struct Checkpoint: Sendable {
  /// Fills a buffer of `tensor.shape.elementCount` floats.
  package typealias Reader =
    @Sendable (_ tensor: CheckpointTensor, _ buffer: UnsafeMutableBufferPointer<Float>)
    throws(CheckpointError) -> Void

  /// How the file is laid out.
  public let format: CheckpointFormat
  /// The version of Keras that wrote the file, as far as the layout records it.
  ///
  /// A legacy file without it was written by Keras 1; v3 weights never have it.
  public private(set) var kerasVersion: String?
  /// The Keras backend that wrote the file, as far as the layout records it.
  public let backend: String?
  /// The model's architecture as JSON, in a whole model only.
  public private(set) var modelConfig: String?
  /// What ``modelConfig`` says, read; `nil` where the file has none.
  package private(set) var config: KerasConfig?
  /// What ``modelConfig`` says where it holds arguments of KerasHub's classes; `nil` for all others.
  package private(set) var preset: Preset?
  /// The layers in the file's own order, weightless ones included.
  ///
  /// Legacy layouts record the order of the model. v3 weights do not: there, layers are sorted by
  /// place and class, and by number within a class (`conv2d_2` before `conv2d_10`).
  public private(set) var layers: [CheckpointLayer]
  /// What else is in the file and is no weight of a layer: optimizer state and the like.
  public let leftOut: [CheckpointLeftOut]
  /// The files that hold all of it: one for most layouts, at least two for TensorFlow's.
  ///
  /// Empty for a checkpoint that never was a file.
  public private(set) var files: [String]
  /// Whether the order of ``layers`` tells the order of the model, at least within each class.
  ///
  /// TensorFlow sorts its keys by their bytes, so that most of its checkpoints tell no order, and
  /// safetensors are sorted by type and name.
  public let recordsLayerOrder: Bool

  private let reader: Reader

  /// Opens the checkpoint at `path`.
  ///
  /// A TensorFlow checkpoint is several files: `path` is its `.index`, the beginning of their names,
  /// the small file `checkpoint` beside them, or the folder of a SavedModel.
  public init(contentsOf path: String) throws(CheckpointError) {
    try self.init(contentsOf: path, isolation: .inProcess)
  }

  /// Opens the checkpoint at `path` with libhdf5 in this process or in one of its own.
  ///
  /// In a child process the tensors and errors are the same, and further: a file that crashes
  /// libhdf5, takes it too long or too much memory throws `.damaged`, and so does every later read of this
  /// checkpoint that needs libhdf5; where no limits can be set, `.notIsolated`. Formats other than HDF5
  /// are always read in this process.
  ///
  /// `variables` tells which values to read where moving averages were saved beside the weights; of a file
  /// without any, `.averages` throws `.unsupported`.
  public init(
    contentsOf path: String, isolation: CheckpointIsolation,
    variables: CheckpointVariables = .raw
  ) throws(CheckpointError) {
    self = try Self(opening: path, isolation, variables)
    if variables == .averages, !leftOut.contains(where: { $0.reason == .averaged }) {
      throw .unsupported(
        file: path, object: nil,
        detail:
          "it has no moving averages of weights, as tf.train.ExponentialMovingAverage saves them")
    }
  }

  private init(
    opening path: String, _ isolation: CheckpointIsolation, _ variables: CheckpointVariables
  ) throws(CheckpointError) {
    do {
      if let location = try TensorFlowLocation(path) {
        self = try Self(openingBundle: location, variables: variables)
        return
      }
      if let folder = PresetFolder(path) {
        self = try Self(preset: folder, isolation: isolation)
        return
      }
      if let archive = UnpackedArchive(path) {
        self = try Self(unpacked: archive, isolation: isolation)
        return
      }
      let content = try FileContent(of: path)
      switch content.container {
      case .zip: self = try Self(zip: path, isolation: isolation)
      case .safetensors: self = try Self(safetensors: path)
      case .json:
        if let described = try Self(config: path) {
          self = described
          return
        }
        self =
          isolation == .inProcess
          ? try Self(shardIndex: path) : try Self(shardIndex: path, isolation: isolation)
      case nil: self = try Self(opening: path, isolation: isolation)
      }
      // A layout of more than one file lists them itself.
      if files.isEmpty { files = [path] }
    } catch let error as CheckpointError {
      throw error
    } catch let error as HDF5Error {
      throw CheckpointError(error)
    } catch let error as ArchiveError {
      throw CheckpointError(error)
    } catch {
      throw .unreadable(file: path, detail: "\(error)")
    }
  }

  /// A config without any weights, as `model.to_json()` writes it: all there is of a model that has none.
  private init?(config path: String) throws(CheckpointError) {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 28 else {
      return nil
    }
    let text = String(decoding: data, as: UTF8.self)
    guard let root = try? JSONDocument(text).root, root["class_name"] != nil, root["config"] != nil
    else { return nil }
    var listing = CheckpointListing(format: .wholeModel, layers: [])
    try listing.describe(config: text, in: (path, nil))
    listing.kerasVersion = root["keras_version"]?.string
    listing.files = [path]
    unsafe self.init(listing) { tensor, _ throws(CheckpointError) in
      preconditionFailure("\(tensor.name) is no weight of a config")
    }
  }

  /// A checkpoint that never was a file: for tests, and for weights given by a formula.
  package init(
    layers: [CheckpointLayer], format: CheckpointFormat = .legacyWeights,
    modelConfig: String? = nil, reader: @escaping Reader
  ) {
    var listing = CheckpointListing(format: format, layers: layers)
    if let modelConfig {
      do throws(CheckpointError) {
        try listing.describe(config: modelConfig, in: ("", nil))
      } catch {
        preconditionFailure("\(error)")
      }
    }
    unsafe self.init(listing, reader: reader)
  }

  init(_ listing: CheckpointListing, reader: @escaping Reader) {
    format = listing.format
    kerasVersion = listing.kerasVersion
    backend = listing.backend
    modelConfig = listing.modelConfig
    config = listing.config
    preset = listing.preset
    layers = listing.layers.map(\.pairingScale)
    leftOut = listing.leftOut
    files = listing.files
    recordsLayerOrder = listing.recordsLayerOrder
    unsafe self.reader = reader
  }

  /// The same weights with a config that stands in a file of its own, as `model.to_json()` writes it.
  ///
  /// - Throws: ``CheckpointError`` where it is no config of Keras.
  package func described(
    by text: String, in file: String
  ) throws(CheckpointError) -> Checkpoint {
    var listing = CheckpointListing(format: format, layers: layers)
    try listing.describe(config: text, in: (file, nil))
    var described = self
    // The config's own version tells what its names mean, whoever wrote the weights.
    if let version = (try? JSONDocument(text).root)?["keras_version"]?.string {
      described.kerasVersion = version
    }
    described.modelConfig = text
    described.config = listing.config
    described.preset = listing.preset
    if let model = listing.config?.model {
      described.layers = ConfiguredNames(model).naming(layers)
    }
    described.files.append(file)
    return described
  }

  /// Fills `buffer` with a tensor of this checkpoint as float32, in row-major order.
  ///
  /// The buffer holds exactly `tensor.shape.elementCount` floats. float16, bfloat16, float32 and
  /// float64 of either byte order are converted, and whole numbers of 16 bits and more. Whole numbers
  /// of 8 bits are quantised weights and are divided by their scale; without one they mean nothing
  /// and throw `.unsupported`.
  public func read(
    _ tensor: CheckpointTensor, into buffer: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    precondition(
      buffer.count == tensor.shape.elementCount,
      "\(buffer.count) floats for \(tensor.path) of \(tensor.shape)")
    guard tensor.type.kind.width > 1 || tensor.scale != nil else {
      throw .unsupported(
        file: files.first ?? "", object: tensor.path,
        detail: "quantised weights (\(tensor.type)) are not read yet")
    }
    try unsafe reader(tensor, buffer)
    guard let scale = tensor.scale else { return }
    let scales = try self.tensor(scale.tensor.described).values
    unsafe scale.divide(buffer, by: scales)
  }

  /// A tensor of this checkpoint as float32.
  public func tensor(_ tensor: CheckpointTensor) throws(CheckpointError) -> Tensor {
    // Filled once: zeros before would take as long as the values.
    let count = tensor.shape.elementCount
    do {
      let values = try unsafe [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        try unsafe read(tensor, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        filled = count
      }
      return Tensor(shape: tensor.shape, values: values)
    } catch let error as CheckpointError {
      throw error
    } catch {
      preconditionFailure("an error of another room: \(error)")
    }
  }
}

/// What a layout finds in a file: the metadata of a checkpoint.
struct CheckpointListing {
  var format: CheckpointFormat
  var kerasVersion: String?
  var backend: String?
  var modelConfig: String?
  var config: KerasConfig?
  var preset: Preset?
  var layers: [CheckpointLayer] = []
  var leftOut: [CheckpointLeftOut] = []
  var files: [String] = []
  var recordsLayerOrder = true
}
