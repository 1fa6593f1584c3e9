public import Datasets

/// Which class of the network each class folder stands for.
public struct ClassLabels: Sendable, Hashable {
  /// The names of the network's classes, in order of their index.
  public let names: [String]
  /// The index of the network's class for the first that the data set or the list of names has: 1
  /// where class 0 is background and they leave it out, else 0.
  public let offset: Int
  private let networkClasses: [Int]

  /// The name that the background class gets.
  public static let background = "background"

  /// The folders are the network's classes, in their own order.
  ///
  /// - Parameter hasBackground: Whether class 0 of the network is background. A data set of one class
  ///   less than the network has then begins with class 1; one of as many has a folder for it.
  /// - Throws: ``EvaluationError/classCount(folder:classes:network:)``.
  public init(
    matching data: LabeledImages, classes: Int, hasBackground: Bool = false
  ) throws(EvaluationError) {
    offset = hasBackground && data.classNames.count == classes - 1 ? 1 : 0
    guard data.classNames.count + offset == classes else {
      throw .classCount(
        folder: data.directory, classes: data.classNames.count, network: classes)
    }
    names = Array(repeating: Self.background, count: offset) + data.classNames
    networkClasses = Array(offset..<classes)
  }

  /// The folders are found by name among the network's classes; some may have no folder.
  ///
  /// - Parameter hasBackground: Whether class 0 of the network is background; `names` may then leave
  ///   it out.
  /// - Throws: ``EvaluationError`` for a name too many, too few, twice, or unknown.
  public init(
    names: [String], data: LabeledImages, classes: Int, hasBackground: Bool = false
  ) throws(EvaluationError) {
    let listed = names.count
    let names = try Self.complete(names, classes: classes, hasBackground: hasBackground)
    offset = names.count - listed
    var indices: [String: Int] = [:]
    for (index, name) in names.enumerated() {
      guard indices.updateValue(index, forKey: name) == nil else { throw .repeatedName(name) }
    }
    var networkClasses: [Int] = []
    for name in data.classNames {
      guard let index = indices[name] else {
        throw .unknownClass(folder: data.directory, name: name)
      }
      networkClasses.append(index)
    }
    self.names = names
    self.networkClasses = networkClasses
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

  /// The network's class for the data set's class with index `label`.
  public func networkClass(of label: Int) -> Int { networkClasses[label] }
}
