public import Tensors

/// One image with its class, or the set of classes that are right for it.
public struct LabeledImage: Sendable, Hashable {
  /// The path relative to the data set's folder, or the name inside an archive; bytes that are not
  /// UTF-8 are shown as `\xNN`.
  public let path: String
  /// Where it is.
  public let source: ImageSource
  /// The classes that are right: one, but for label sets as those of ReaL; none or more where each class is a
  /// question of its own, and none of a record that is damaged, and its label with it.
  ///
  /// They are indices of ``LabeledImages/classNames``, or the network's own where the data set has only
  /// numbers.
  public let labels: [Int]

  /// An image somewhere.
  public init(path: String, source: ImageSource, labels: [Int]) {
    self.path = path
    self.source = source
    self.labels = labels
  }
}

/// Images with their labels, in an order: those of a folder per class, of a list, of shards or arrays.
public struct LabeledImages: Sendable, Hashable {
  /// The folder, or the file, as it was given.
  public let directory: String
  /// What the labels are.
  public let vocabulary: LabelVocabulary
  /// The images; of a folder per class by class, in the order of Keras.
  public let images: [LabeledImage]
  /// Whether each class is a question of its own: scikit-learn's multilabel targets.
  ///
  /// The answer is yes for the labels of an image, and no for all others. Else of an image's labels any one is right.
  public let isMultiLabel: Bool
  /// What a reader of the result must know of how it was listed, a line each: where the labels came
  /// from, what was left out.
  public let notes: [String]
  /// What is known of labels that are numbers, where nothing says whether they count from 0 or from 1.
  public let numbering: LabelNumbering?

  /// The names of the classes, in order of their index; none where labels are the network's numbers.
  public var classNames: [String] { vocabulary.names }

  /// The shape of the arrays that go into a network as they are, where these are no images.
  public var preparedShape: Shape? {
    if case .values(let array, _)? = images.first?.source { array.shape } else { nil }
  }

  /// The first `count` images, in the same classes.
  public func prefix(_ count: Int) -> LabeledImages { slice(0..<min(count, images.count)) }

  /// The images at these places, in the same classes.
  public func slice(_ places: Range<Int>) -> LabeledImages { taking(Array(images[places])) }

  /// `count` images spread evenly over all, in their order.
  public func spread(_ count: Int) -> LabeledImages {
    guard count < images.count else { return self }
    return taking((0..<count).map { images[$0 * images.count / count] })
  }

  /// Some of these images, in the same classes, with notes on which they are.
  public func taking(_ images: [LabeledImage], notes more: [String] = []) -> LabeledImages {
    LabeledImages(
      directory: directory, vocabulary: vocabulary, images: images, notes: notes + more,
      numbering: numbering, isMultiLabel: isMultiLabel)
  }

  /// The same with each class as a question of its own.
  public var asMultiLabel: LabeledImages {
    LabeledImages(
      directory: directory, vocabulary: vocabulary, images: images, notes: notes,
      numbering: numbering, isMultiLabel: true)
  }

  /// Images from anywhere; without a label only where each class is a question of its own.
  public init(
    directory: String, vocabulary: LabelVocabulary, images: [LabeledImage], notes: [String] = [],
    numbering: LabelNumbering? = nil, isMultiLabel: Bool = false
  ) {
    precondition(
      isMultiLabel || images.allSatisfy { !$0.labels.isEmpty || $0.source.isUnreadable },
      "an image without a label cannot be judged")
    self.isMultiLabel = isMultiLabel
    self.directory = directory
    self.vocabulary = vocabulary
    self.images = images
    self.notes = notes
    self.numbering = numbering
  }
}

/// What the labels of a data set are.
public enum LabelVocabulary: Sendable, Hashable {
  /// Indices of these names.
  case names([String])
  /// The network's own indices.
  case networkIndices

  /// The names, where there are any.
  public var names: [String] {
    if case .names(let names) = self { names } else { [] }
  }
}
