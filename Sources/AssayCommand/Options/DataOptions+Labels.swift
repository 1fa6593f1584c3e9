import Datasets
import Evaluation
import Models
import Networks
import Studies

/// What the labels of images are to a network.
extension DataOptions {
  /// The network's classes, if they were named.
  func index(_ settings: EvaluationProtocol.Labels?) throws -> ClassIndex? {
    try (classNames ?? settings?.classNames).map { file throws in
      try ClassIndex(contentsOf: file)
    }
  }

  /// Which class of the network each label stands for, and which take part.
  func classLabels(
    for images: StudyImages, of loaded: Model, _ settings: EvaluationProtocol.Labels?
  ) throws -> ClassLabels {
    let list =
      images.list
      ?? LabeledImages(
        directory: data, vocabulary: .networkIndices, images: [], isMultiLabel: images.isMultiLabel)
    if answersQuestions(settings) == nil { try checkSets(of: list, for: loaded) }
    let classes = loaded.classes
    let hasBackground =
      background.backgroundClass ?? settings?.backgroundClass ?? loaded.defaults.hasBackgroundClass
    let firstLabel = firstLabel ?? settings?.firstLabel
    var labels =
      if let index = try index(settings) {
        try ClassLabels(
          index: index, data: list, classes: classes, hasBackground: hasBackground,
          firstLabel: firstLabel)
      } else {
        try ClassLabels(
          matching: list, classes: classes, hasBackground: hasBackground, firstLabel: firstLabel)
      }
    if let mask = classMask ?? settings?.classMask {
      guard !labels.isMultiLabel else {
        throw Failure(
          .usage,
          "--class-mask: the labels are sets, each class a question that every image answers")
      }
      guard loaded.activation != .binary else {
        throw Failure(
          .usage, "--class-mask: a network of one output tells two classes apart, and needs both")
      }
      labels.mask = try self.mask(mask, labels, images.list)
    }
    return labels
  }

  /// Refuses sets of labels that may mean two things: of a softmax any one of them is right, and sigmoids may
  /// answer a question each.
  private func checkSets(of list: LabeledImages, for loaded: Model) throws {
    guard !list.isMultiLabel, loaded.activation == .sigmoid,
      let image = list.images.first(where: { $0.labels.count > 1 })
    else { return }
    throw Failure(
      .usage,
      "\(image.path) has \(image.labels.count) labels, and the network ends in sigmoids: --multi-label "
        + "takes each class for a question of its own, --no-multi-label any one of the labels for right"
    )
  }

  private func mask(
    _ mask: String, _ labels: ClassLabels, _ list: LabeledImages?
  ) throws -> ClassMask {
    if mask == "present" {
      guard let list else {
        throw Failure(.usage, "--class-mask present: a stream does not tell its classes beforehand")
      }
      return try labels.present(in: list)
    }
    let places = Dictionary(
      labels.names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let classes = try ClassIndex(contentsOf: mask).identifiers.map { entry in
      guard let place = places[entry] ?? Int(entry), labels.names.indices.contains(place) else {
        throw Failure(.badData, "\(mask): '\(entry)' is no class of the network")
      }
      return place
    }
    return ClassMask(classes)
  }
}
