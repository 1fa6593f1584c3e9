/// What the labels of listed records are, all together.
struct RecordClasses {
  /// The records that take part, with their classes; those that cannot be read have none.
  let images: [LabeledImage]
  let vocabulary: LabelVocabulary
  /// The lowest and the highest number, where labels are numbers.
  let numbers: ClosedRange<Int>?
  let notes: [String]

  /// - Parameters:
  ///   - names: The classes, where the data set names them.
  ///   - classes: How many there are, where it says so.
  init(
    _ entries: [RecordListing.Entry], names: [String]?, classes: Int?, in directory: String
  ) throws(DatasetError) {
    let judged = entries.filter { !($0.label?.isAbsent ?? true) }
    guard let first = judged.first, let kind = first.label?.kind else {
      throw .malformed(
        file: directory,
        reason: entries.isEmpty
          ? "no record in it"
          : "none of the \(entries.count) records has a label that can be read"
            + (entries.first { $0.label == nil }.map { "; \($0.path): \($0.reason)" } ?? ""))
    }
    if let other = judged.first(where: { $0.label?.kind != kind }) {
      throw .malformed(
        file: directory,
        reason: "the label of \(other.path) is \(other.label?.kind?.words ?? ""), that of "
          + "\(first.path) \(kind.words)")
    }
    let sets: LabelSets
    if kind == .text {
      let texts = judged.map { LabelText(bytes: $0.label?.text ?? [], line: nil) }
      (vocabulary, sets) = try LabelMeaning(file: directory, classNames: names).of(texts: texts)
      numbers = nil
    } else {
      var all = LabelSets()
      var range: ClosedRange<Int>?
      for entry in judged {
        let labels = entry.label?.classes ?? []
        if let classes, let label = labels.first(where: { $0 >= classes }) {
          throw .malformed(
            file: directory,
            reason: "\(entry.path): the label \(label), but features.json has \(classes) classes")
        }
        for label in labels {
          range = min(range?.lowerBound ?? label, label)...max(range?.upperBound ?? label, label)
        }
        all.append(Set(labels))
      }
      sets = all
      vocabulary = names.map { .names($0) } ?? .networkIndices
      numbers = names == nil && classes == nil && kind == .number ? range : nil
    }
    var images: [LabeledImage] = []
    var place = 0
    for entry in entries {
      guard let label = entry.label else {
        images.append(LabeledImage(path: entry.path, source: entry.source, labels: []))
        continue
      }
      if label.isAbsent { continue }
      images.append(LabeledImage(path: entry.path, source: entry.source, labels: sets[place]))
      place += 1
    }
    self.images = images
    let absent = entries.count - images.count
    notes = absent == 0 ? [] : ["\(absent) records without a label are left out"]
  }
}

extension RecordListing.Entry {
  /// Why it cannot be read.
  fileprivate var reason: String {
    if case .unreadable(let error) = source { error.reason } else { "" }
  }
}

extension RecordLabel {
  /// What may not be mixed.
  fileprivate enum Kind: Hashable {
    case number, text, set
    case row(Int)

    var words: String {
      switch self {
      case .number: "a number"
      case .text: "a text"
      case .set: "a set"
      case .row(let classes): "a row of \(classes) values with a single 1"
      }
    }
  }

  fileprivate var kind: Kind? {
    switch self {
    case .absent: nil
    case .number: .number
    case .oneHot(_, let classes): .row(classes)
    case .text: .text
    case .set: .set
    }
  }

  /// Whether there is no class to judge by.
  fileprivate var isAbsent: Bool {
    switch self {
    case .absent, .set([]): true
    case .number, .oneHot, .text, .set: false
    }
  }

  fileprivate var classes: [Int] {
    switch self {
    case .number(let label), .oneHot(let label, _): [label]
    case .set(let labels): labels
    case .absent, .text: []
    }
  }

  fileprivate var text: ArraySlice<UInt8>? {
    if case .text(let bytes) = self { bytes[...] } else { nil }
  }
}
