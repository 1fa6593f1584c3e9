import Datasets
import Evaluation
import TestSupport
import Testing

@Suite("Classes of folders and of the network")
struct ClassLabelsTests {
  private let data: LabeledImages
  private let digits = (0..<10).map { "\($0)" }

  /// The network's class of each label.
  private func classes(_ labels: ClassLabels) throws -> [Int] {
    try (0..<10).flatMap { label in
      try labels.networkClasses(
        of: LabeledImage(path: "", source: .bytes([]), labels: [label]))
    }
  }

  init() throws { data = try LabeledImages(directory: Fixtures.path("digits/validation")) }

  @Test("A background class moves every folder by one, and is never a label")
  func background() throws {
    let labels = try ClassLabels(matching: data, classes: 11, hasBackground: true)
    #expect(try classes(labels) == Array(1...10))
    #expect(labels.names == ["background"] + digits && labels.offset == 1)
  }

  @Test("A folder for every class of the network moves nothing, background or not")
  func complete() throws {
    for hasBackground in [false, true] {
      let labels = try ClassLabels(matching: data, classes: 10, hasBackground: hasBackground)
      #expect(try classes(labels) == Array(0..<10) && labels.offset == 0)
    }
  }

  @Test("Names may leave background out or have it")
  func names() throws {
    let short = try ClassLabels(
      index: ClassIndex(names: digits), data: data, classes: 11, hasBackground: true)
    let full = try ClassLabels(
      index: ClassIndex(names: ["nothing"] + digits), data: data, classes: 11, hasBackground: true)
    for labels in [short, full] { #expect(try classes(labels) == Array(1...10)) }
    #expect(short.offset == 1 && full.offset == 0)
    #expect(short.names[0] == "background" && full.names[0] == "nothing")
  }

  @Test("Without background, one class more is refused, and the message says what there is")
  func refused() throws {
    let error = #expect(throws: EvaluationError.self) {
      try ClassLabels(matching: data, classes: 11)
    }
    #expect(
      error?.description.hasSuffix("10 class folders, but the network has 11 classes") == true)
    #expect(throws: EvaluationError.self) {
      try ClassLabels(matching: data, classes: 12, hasBackground: true)
    }
    #expect(throws: EvaluationError.nameCount(names: 10, network: 11)) {
      try ClassLabels(
        index: ClassIndex(names: digits), data: data, classes: 11)
    }
  }
}
