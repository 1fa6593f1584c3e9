// The public signatures of the layouts; each body moves to its own file.

/// In which order the folders of a folder per class are the classes 0, 1, 2, ….
public enum ClassOrder: Sendable, Hashable {
  /// By code point, as Keras and torchvision; a class without images keeps its index.
  case codePoint
  /// As timm's `natural_key`: `2` before `10`, whatever the case; a class without images has no index.
  case natural
  /// As given: a folder that is not listed is an error, a listed class without folder keeps its index.
  case given([String])
}

/// Which files of a folder are images, by their extension in any case.
public enum ImageExtensions: String, Sendable, Hashable, CaseIterable {
  /// Keras's: `.bmp .gif .jpeg .jpg .png`.
  case keras
  /// These and `.webp`.
  case all
}

extension LabeledImages {
  public init(
    directory: String, order: ClassOrder = .codePoint, extensions: ImageExtensions = .keras
  ) throws(DatasetError) { fatalError() }
  public init(
    directory: String, labels: LabelFile, extensions: ImageExtensions = .all
  ) throws(DatasetError) { fatalError() }
  public init(shards: [String]) throws(DatasetError) { fatalError() }
  public init(
    images: String, labels: String?, names: (images: String, labels: String)?
  ) throws(DatasetError) { fatalError() }
}

public struct LabelFile: Sendable {
  public init(
    contentsOf path: String, synsets: [String]? = nil, classNames: [String]? = nil
  ) throws(DatasetError) { fatalError() }
}

public enum SynsetList {
  public static func read(_ path: String) throws(DatasetError) -> [String] { fatalError() }
}

public struct ClassIndex: Sendable, Hashable {
  /// For people, and unique: the name, or the identifier where two classes have one name.
  public let names: [String]
  public let identifiers: [String]
  public init(contentsOf path: String) throws(DatasetError) { fatalError() }
  public init(names: [String]) throws(DatasetError) { fatalError() }
  public func index(of name: String) -> Int? { fatalError() }
}

public final class TarStream: ImageSupply {
  public init(descriptor: Int32, name: String) { fatalError() }
  public var name: String { fatalError() }
  public var expectedCount: Int? { nil }
  public func take(_ count: Int) throws -> (first: Int, images: [LabeledImage])? { fatalError() }
}

public enum ShardNames {
  public static func expand(_ pattern: String) throws(DatasetError) -> [String] { fatalError() }
}

extension DatasetError {
  /// Whether an input is not there, rather than not what it should be.
  public var isMissingInput: Bool { fatalError() }
}
