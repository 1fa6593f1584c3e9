public import Datasets

/// What became of one image: enough to compute every metric again.
public struct Prediction: Sendable, Hashable, Codable {
  /// The path below the folder, or the name inside an archive.
  public let path: String
  /// The network's classes that are right; none of an image that answers every question with no, or that cannot be read,
  /// and its label neither.
  public let labels: [Int]
  /// The SHA-256 of the file's bytes, in hexadecimal; empty where they could not be read.
  public var sha256: String { digest?.hexadecimal ?? "" }
  private let digest: ContentDigest?
  /// Whether the file carries an EXIF orientation other than upright; it is not applied.
  public let isRotated: Bool
  /// The judgement, or why there is none.
  public let result: Result<Judgement, ImageError>

  /// What became of an image; a hash that is none counts as unknown.
  public init(
    path: String, labels: [Int], sha256: String, isRotated: Bool,
    result: Result<Judgement, ImageError>
  ) {
    self.init(
      path: path, labels: labels, digest: ContentDigest(hexadecimal: sha256), isRotated: isRotated,
      result: result)
  }

  init(
    path: String, labels: [Int], digest: ContentDigest?, isRotated: Bool,
    result: Result<Judgement, ImageError>
  ) {
    self.path = path
    self.labels = labels
    self.digest = digest
    self.isRotated = isRotated
    self.result = result
  }

  /// Whether both are of the same bytes under the same path.
  func isOfSameImage(as other: Prediction) -> Bool { path == other.path && digest == other.digest }

  /// The judgement, if there is one.
  public var judgement: Judgement? { try? result.get() }

  /// Whether it can be of what was scored: what is read again may name any class, and have logits or not.
  package func isOf(_ manifest: EvaluationManifest) -> Bool {
    let classes = manifest.classNames.indices
    guard labels.allSatisfy(classes.contains),
      judgement?.guesses.allSatisfy({ classes.contains($0.classIndex) }) ?? true
    else { return false }
    guard manifest.isMultiLabel else {
      // Of a record that is damaged the label is unknown too.
      return (!labels.isEmpty || failure != nil) && judgement?.logits == nil
    }
    return judgement.map { $0.logits?.count == classes.count } ?? true
  }

  /// Why there is no judgement.
  public var failure: ImageError? {
    if case .failure(let error) = result { error } else { nil }
  }

  private enum CodingKeys: String, CodingKey {
    case path, labels, sha256, judgement, error, reason
    case isRotated = "rotated"
  }

  /// Writes the judgement, or the kind and the reason of the failure.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode(labels, forKey: .labels)
    try container.encode(sha256, forKey: .sha256)
    if isRotated { try container.encode(true, forKey: .isRotated) }
    switch result {
    case .success(let judgement): try container.encode(judgement, forKey: .judgement)
    case .failure(let error):
      try container.encode(error.kind, forKey: .error)
      try container.encode(error.reason, forKey: .reason)
    }
  }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    path = try container.decode(String.self, forKey: .path)
    labels = try container.decode([Int].self, forKey: .labels)
    digest = ContentDigest(hexadecimal: try container.decode(String.self, forKey: .sha256))
    isRotated = try container.decodeIfPresent(Bool.self, forKey: .isRotated) ?? false
    if let kind = try container.decodeIfPresent(ImageError.Kind.self, forKey: .error) {
      result = .failure(
        ImageError(kind, try container.decode(String.self, forKey: .reason)))
    } else {
      result = .success(try container.decode(Judgement.self, forKey: .judgement))
    }
  }
}
