import Archives

extension Checkpoint {
  /// Opens a zip file: a `.keras` archive or an `.npz`, told by the names of its members.
  init(zip path: String, isolation: CheckpointIsolation) throws {
    let archive = try ZipArchive(reading: path)
    if let weights = archive.entry("model.weights.h5") {
      self = try Self(keras: archive, weights: weights, isolation: isolation)
      return
    }
    if archive.entry("model.weights.npz") != nil {
      throw CheckpointError.unsupported(
        file: path, object: "model.weights.npz",
        detail:
          "holds pickled Python objects, which are never read; save the weights as .weights.h5")
    }
    let names = archive.entries.map(\.name)
    if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) {
      self = try Self(NumPyArchive(archive), in: archive)
    } else if names.contains(where: { $0.hasSuffix("data.pkl") }) {
      throw CheckpointError.notACheckpoint(
        file: path, looksLike: "a PyTorch file, which holds a Python pickle; those are never read")
    } else {
      let some = names.prefix(5).joined(separator: ", ")
      throw CheckpointError.notACheckpoint(
        file: path,
        looksLike: "a zip file with neither model.weights.h5 nor arrays "
          + "(it holds \(some.isEmpty ? "nothing" : some))")
    }
  }
}
