public import Datasets

/// The images of a study.
public enum StudyImages: Sendable {
  /// A list, which may be read again and in parts.
  case list(LabeledImages)
  /// A stream, which is read once and does not tell how many images it brings.
  case stream(any ImageSupply, isMultiLabel: Bool)

  /// The images for one evaluation.
  public var supply: any ImageSupply {
    switch self {
    case .list(let images): ListedImages(images)
    case .stream(let stream, _): stream
    }
  }

  /// Whether each class is a question of its own.
  public var isMultiLabel: Bool {
    switch self {
    case .list(let images): images.isMultiLabel
    case .stream(_, let isMultiLabel): isMultiLabel
    }
  }

  /// The list; a stream has none before its end.
  public var list: LabeledImages? {
    if case .list(let images) = self { images } else { nil }
  }

  /// What a reader must know of how the images were listed.
  public var notes: [String] { list?.notes ?? [] }
}
