package import Archives
import Documents
public import Foundation
import Tensors

// The file is a zip archive that NumPy opens as .npz, with a manifest beside the arrays.
extension Golden {
  private static let manifestName = "manifest.json"
  /// No honest manifest is larger: a network of ten thousand layers needs a tenth.
  private static let manifestLimit = 32 << 20

  /// Opens the golden at `path` and reads its manifest, but no array.
  ///
  /// An `.npz` without a manifest is taken as a list of layers by its arrays' names; `logits` and
  /// `inputs` are what they say, and `inputs/NAME` are those of a network that reads several.
  ///
  /// - Throws: ``GoldenError``.
  public init(contentsOf path: String) throws(GoldenError) {
    do throws(ArchiveError) {
      let zip = try ZipArchive(reading: path)
      guard let entry = zip.entry(Self.manifestName) else {
        try self.init(
          Self.withoutManifest(NumPyArchive(zip), path), named: path, archive: NumPyArchive(zip))
        return
      }
      let bytes = try zip.content(of: entry, limit: Self.manifestLimit)
      let manifest = try Self.manifest(Data(bytes), path)
      self.init(
        manifest, named: path, archive: try NumPyArchive(zip, besides: [Self.manifestName]))
    } catch {
      throw GoldenError(error.description, isMissing: error.reason == .missing)
    }
  }

  package static func manifest(
    _ data: Data, _ path: String
  ) throws(ArchiveError) -> GoldenManifest {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let problem: String
    do {
      let manifest = try decoder.decode(GoldenManifest.self, from: data)
      guard let fault = manifest.fault else { return manifest }
      problem = fault
    } catch let DecodingError.keyNotFound(key, _) {
      problem = "has no \"\(key.stringValue)\""
    } catch let DecodingError.typeMismatch(_, context) {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      problem = "\(place): \(context.debugDescription)"
    } catch {
      problem = "is not JSON"
    }
    throw ArchiveError(file: path, member: manifestName, reason: .refused(problem))
  }

  /// A manifest for an archive of arrays that somebody else has made.
  private static func withoutManifest(
    _ archive: NumPyArchive, _ path: String
  ) throws(ArchiveError) -> GoldenManifest {
    guard archive.names.contains("logits") else {
      throw ArchiveError(
        file: path, member: nil,
        reason: .refused("no golden: it has neither a manifest.json nor an array called logits"))
    }
    var layers: [GoldenManifest.Layer] = []
    let inputs = archive.names.filter { $0 == "inputs" || $0.hasPrefix("inputs/") }
    for name in archive.names where !inputs.contains(name) && name != "logits" {
      layers.append(
        GoldenManifest.Layer(
          name: name.hasPrefix("activations/") ? String(name.dropFirst(12)) : name, kind: "",
          inputs: [], shape: try archive.header(name).shape.dimensions,
          array: name))
    }
    let arrays = inputs.map { array in
      GoldenManifest.Inputs(
        name: array == "inputs" ? nil : String(array.dropFirst("inputs/".count)), array: array)
    }
    return GoldenManifest(
      recorder: .init(name: "unknown", version: ""), model: .init(), run: .init(),
      inputs: arrays.first ?? .init(),
      furtherInputs: arrays.count > 1 ? Array(arrays.dropFirst()) : nil,
      logits: .init(array: "logits"), layers: layers)
  }

  /// Writes the golden, array by array.
  ///
  /// The same golden gives the same bytes.
  ///
  /// - Throws: ``GoldenError``, or whatever writing to `handle` throws.
  public func write(to handle: FileHandle) throws {
    var writer = ZipWriter(to: handle)
    try writer.add(JSONText.file(manifest), named: Self.manifestName)
    var arrays = (manifest.allInputs.map(\.array) + [manifest.logits.array]).compactMap(\.self)
    arrays += manifest.layers.compactMap(\.array)
    if manifest.layers.contains(where: { $0.row != nil }) { arrays.append("samples") }
    for array in arrays {
      try writer.add(NumPyFile.encode(tensor(array)), named: "\(array).npy")
    }
    try writer.finish()
  }
}

extension GoldenManifest {
  /// What makes this manifest unusable, if anything does.
  fileprivate var fault: String? {
    if format != "assay-golden" { return "is of the format \"\(format)\", not \"assay-golden\"" }
    if version != 1 { return "is of version \(version); this reads version 1" }
    var seen: Set<String> = []
    for layer in layers {
      guard seen.insert(layer.name).inserted else { return "has two layers \(layer.name)" }
      // Execution order also means that no layer reads a later one, and that there is no circle.
      for input in layer.inputs where !seen.contains(input) || input == layer.name {
        return "lets \(layer.name) read \(input), which does not come before it"
      }
      guard layer.shape.allSatisfy({ (1...1 << 32).contains($0) }), layer.shape.count <= 8,
        layer.shape.reduce(1.0, { $0 * Double($1) }) < 1e12
      else { return "gives \(layer.name) the shape \(layer.shape), which is not possible" }
    }
    return nil
  }
}
