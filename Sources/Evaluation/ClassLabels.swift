public import Datasets

/// Which class of the network each class folder stands for.
public struct ClassLabels: Sendable, Hashable {
  /// The names of the network's classes, in order of their index.
  public let names: [String]
  private let networkClasses: [Int]

  /// The folders are the network's classes, in their own order.
  ///
  /// - Throws: ``EvaluationError/classCount(folder:classes:network:)``.
  public init(matching data: LabeledImages, classes: Int) throws(EvaluationError) {
    guard data.classNames.count == classes else {
      throw .classCount(
        folder: data.directory, classes: data.classNames.count, network: classes)
    }
    names = data.classNames
    networkClasses = Array(0..<classes)
  }

  /// The folders are found by name among the network's classes; some may have no folder.
  ///
  /// - Throws: ``EvaluationError`` for a name too many, too few, twice, or unknown.
  public init(
    names: [String], data: LabeledImages, classes: Int
  ) throws(EvaluationError) {
    guard names.count == classes else {
      throw .nameCount(names: names.count, network: classes)
    }
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

  /// The network's class for the data set's class with index `label`.
  public func networkClass(of label: Int) -> Int { networkClasses[label] }
}
