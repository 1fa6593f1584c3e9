import Archives
public import Tensors

/// The recorded run of a network: its inputs, its logits, and what passed by in between.
///
/// Values are read from the file when they are asked for, one layer at a time.
public struct Golden: Sendable {
  /// What is recorded, by whom, and how.
  public let manifest: GoldenManifest
  /// The file, or words for a run of this process.
  public let name: String
  private let store: Store

  private enum Store: Sendable {
    case memory([String: Tensor])
    case archive(NumPyArchive)
  }

  init(_ manifest: GoldenManifest, named name: String, arrays: [String: Tensor]) {
    self.manifest = manifest
    self.name = name
    store = .memory(arrays)
  }

  init(_ manifest: GoldenManifest, named name: String, archive: NumPyArchive) {
    self.manifest = manifest
    self.name = name
    store = .archive(archive)
  }

  /// What the network read, images as N·H·W·C, or `nil` where not all of it is in the file.
  ///
  /// - Parameter names: The inputs of a network of several, in its order; where the golden names others, its own order
  ///   stands.
  /// - Throws: ``GoldenError``.
  public func inputs(inOrderOf names: [String] = []) throws(GoldenError) -> [Tensor]? {
    var tensors: [Tensor] = []
    for input in manifest.allInputs {
      guard let array = input.array else { return nil }
      tensors.append(try tensor(array))
    }
    try check(tensors)
    return order(of: names)?.map { tensors[$0] } ?? tensors
  }

  /// The places of a network's inputs among the golden's; `nil` where the golden does not name these.
  func order(of names: [String]) -> [Int]? {
    let own = manifest.allInputs.map(\.name)
    let order = names.compactMap { own.firstIndex(of: $0) }
    return order.count == own.count && Set(order).count == own.count ? order : nil
  }

  /// The logits, N × classes.
  ///
  /// - Throws: ``GoldenError``.
  public func logits() throws(GoldenError) -> Tensor { try tensor(manifest.logits.array) }

  /// What was kept of a layer, or `nil` if nothing was.
  ///
  /// - Throws: ``GoldenError``, also when the values have another shape than the manifest says.
  public func record(of layer: GoldenManifest.Layer) throws(GoldenError) -> ActivationRecord? {
    let shape = Shape(layer.shape)
    if let array = layer.array {
      let values = try tensor(array)
      guard values.shape == shape else {
        throw error(
          "the layer \(layer.name) has \(values.shape) values, but the manifest says \(shape)")
      }
      return .whole(values)
    }
    guard let row = layer.row else { return nil }
    let samples = try tensor("samples")
    guard samples.shape.rank == 2, samples.shape[1] == SampledActivation.count,
      (0..<samples.count).contains(row)
    else { throw error("the layer \(layer.name) has no samples where the manifest says") }
    return .sampled(
      SampledActivation(
        shape: shape, values: Array(samples.row(row)), mean: layer.mean ?? .nan,
        // JSON has no NaN: what is not there was none.
        largest: layer.largest ?? .nan))
  }

  /// An array of the golden by its name.
  func tensor(_ array: String) throws(GoldenError) -> Tensor {
    switch store {
    case .memory(let arrays):
      guard let tensor = arrays[array] else { throw error("has no array called \(array)") }
      return tensor
    case .archive(let archive):
      do throws(ArchiveError) {
        return try archive.tensor(array)
      } catch {
        throw GoldenError(error.description)
      }
    }
  }

  private func error(_ words: String) -> GoldenError { GoldenError("\(name): \(words)") }
}

/// Why a golden could not be read, or cannot be compared.
public struct GoldenError: Error, Hashable, CustomStringConvertible {
  /// The file, and what is wrong with it.
  public let description: String
  /// Whether there is no such file at all.
  public let isMissing: Bool

  init(_ description: String, isMissing: Bool = false) {
    self.description = description
    self.isMissing = isMissing
  }
}
