public import Datasets

/// Which class of the network each label of a data set stands for, and which classes take part.
public struct ClassLabels: Sendable, Hashable {
  /// The names of the network's classes, in order of their index.
  public let names: [String]
  /// The network's class for the first that the data set or the list of names has: 1 where class 0 is
  /// background and they leave it out, else 0.
  public let offset: Int
  /// The classes that take part, where not all do.
  public var mask: ClassMask?
  /// Whether each class is a question of its own: ``LabeledImages/isMultiLabel``.
  public let isMultiLabel: Bool
  /// The network's class of each name of the data set; `nil` where its labels are the network's
  /// numbers but for the offset.
  private let networkClasses: [Int]?
  /// A list of each class alone: one for all images of it.
  private let single: [[Int]]

  /// The name that the background class gets.
  public static let background = "background"

  /// The data set's names are the network's classes, in their own order; or its labels are numbers.
  ///
  /// - Parameters:
  ///   - hasBackground: Whether class 0 of the network is background. A data set of one class less than
  ///     the network has then begins with class 1; one of as many has a name for it.
  ///   - firstLabel: The number that labels give to the network's first class, where they are numbers:
  ///     1 in lists that count from 1. Without it, 0, and with background whatever the labels show.
  /// - Throws: ``EvaluationError``.
  public init(
    matching data: LabeledImages, classes: Int, hasBackground: Bool = false, firstLabel: Int? = nil
  ) throws(EvaluationError) {
    guard case .names(let folders) = data.vocabulary else {
      let names = (0..<classes).map { "\($0)" }
      try self.init(
        names,
        offset: Self.offset(
          of: data, classes: classes, hasBackground: hasBackground, firstLabel: firstLabel),
        of: data)
      return
    }
    let offset = hasBackground && folders.count == classes - 1 ? 1 : 0
    guard folders.count + offset == classes else {
      throw data.isMultiLabel
        ? .labelCount(data.directory, labels: folders.count, network: classes)
        : .classCount(folder: data.directory, classes: folders.count, network: classes)
    }
    self.init(
      Array(repeating: Self.background, count: offset) + folders, offset: offset,
      networkClasses: Array(offset..<classes), of: data)
  }

  /// The data set's names are found among the network's classes, which may be more; or its labels are
  /// numbers of these.
  ///
  /// - Parameters:
  ///   - index: The network's classes, each with an identifier and a name; the data set has either.
  ///   - hasBackground: Whether class 0 of the network is background; `index` may then leave it out.
  ///   - firstLabel: As in ``init(matching:classes:hasBackground:firstLabel:)``.
  /// - Throws: ``EvaluationError`` for a name too many, too few, or unknown.
  public init(
    index: ClassIndex, data: LabeledImages, classes: Int, hasBackground: Bool = false,
    firstLabel: Int? = nil
  ) throws(EvaluationError) {
    let listed = index.names.count
    let names = try Self.complete(index.names, classes: classes, hasBackground: hasBackground)
    guard case .names(let folders) = data.vocabulary else {
      try self.init(
        names,
        offset: Self.offset(
          of: data, classes: classes, hasBackground: hasBackground,
          firstLabel: firstLabel ?? (names.count > listed ? -1 : nil)), of: data)
      return
    }
    let offset = names.count - listed
    var networkClasses: [Int] = []
    for name in folders {
      guard let place = index.index(of: name) else {
        throw .unknownClass(folder: data.directory, name: name)
      }
      networkClasses.append(place + offset)
    }
    self.init(names, offset: offset, networkClasses: networkClasses, of: data)
  }

  private init(
    _ names: [String], offset: Int, networkClasses: [Int]? = nil, of data: LabeledImages
  ) {
    isMultiLabel = data.isMultiLabel
    self.names = names
    self.offset = offset
    self.networkClasses = networkClasses
    single = names.indices.map { [$0] }
  }

  /// What is added to a label that is a number.
  private static func offset(
    of data: LabeledImages, classes: Int, hasBackground: Bool, firstLabel: Int?
  ) throws(EvaluationError) -> Int {
    if let firstLabel { return -firstLabel }
    if let numbering = data.numbering, !hasBackground {
      guard let first = numbering.firstLabel(classes: classes) else {
        throw .unknownFirstLabel(data.directory, numbering, classes: classes)
      }
      return -first
    }
    guard hasBackground, !data.images.isEmpty else { return 0 }
    // Background is no image's class: a label 0 shows that numbers begin after it, a last one that
    // they do not.
    let labels = Set(data.images.flatMap(\.labels))
    switch (labels.contains(0), labels.contains(classes - 1)) {
    case (true, false): return 1
    case (false, true): return 0
    default: throw .ambiguousNumbers(data.directory)
    }
  }

  /// The names of all classes of a network, background before them where a list leaves it out.
  ///
  /// - Throws: ``EvaluationError/nameCount(names:network:)``.
  public static func complete(
    _ names: [String], classes: Int, hasBackground: Bool
  ) throws(EvaluationError) -> [String] {
    if hasBackground, names.count == classes - 1 { return [background] + names }
    guard names.count == classes else {
      throw .nameCount(names: names.count, network: classes)
    }
    return names
  }

  /// The network's classes that are right for an image.
  ///
  /// - Throws: ``EvaluationError/label(_:path:classes:)`` for a number that the network has not.
  public func networkClasses(of image: LabeledImage) throws(EvaluationError) -> [Int] {
    var classes: [Int] = []
    for label in image.labels {
      let place = networkClasses?[label] ?? label + offset
      guard names.indices.contains(place) else {
        throw .label(label, path: image.path, classes: names.count)
      }
      if let mask, !mask.classes.contains(place) {
        throw .masked(names[place], path: image.path)
      }
      if image.labels.count == 1 { return single[place] }
      classes.append(place)
    }
    // Of the same set in whatever order the data set has its names.
    return isMultiLabel ? classes.sorted() : classes
  }

  /// The network's classes that some label of a data set stands for.
  ///
  /// - Throws: As ``networkClasses(of:)``.
  public func present(in data: LabeledImages) throws(EvaluationError) -> ClassMask {
    var present = Set<Int>()
    if let networkClasses { return ClassMask(networkClasses) }
    for image in data.images { present.formUnion(try self.networkClasses(of: image)) }
    return ClassMask(present)
  }
}
