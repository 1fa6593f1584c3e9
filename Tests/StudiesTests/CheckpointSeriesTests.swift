import Checkpoints
import Datasets
import Evaluation
import Models
import Studies
import Synchronization
import TestSupport
import Testing

@Suite("A series of checkpoints on the same images")
struct CheckpointSeriesTests {
  private static let files = ["digits-regular", "digits-half", "digits-bottleneck"].map {
    Fixtures.path("checkpoints/digits/\($0).keras3.h5")
  }

  private let images: LabeledImages

  init() throws { images = try LabeledImages(directory: Fixtures.path("digits/validation")) }

  private func contestant(_ file: String) throws -> Contestant {
    try Contestant(Model(contentsOf: file), on: images, normalizedBy: .tf)
  }

  @Test(
    "Each scores as alone, whether they fit into memory together or one at a time",
    arguments: [4 << 30, 1])
  func together(memory: Int) async throws {
    var series = CheckpointSeries()
    series.memory = memory
    series.conditions.protocolSource = "mine"
    let events = Mutex<[StudyEvent]>([])
    series.tell = { event in events.withLock { $0.append(event) } }
    let seen = Mutex<[EvaluationReport]>([])
    series.scored = { checkpoint in seen.withLock { $0.append(checkpoint.report) } }
    let scored = try await series.evaluate(Self.files, on: .list(images), preparing: contestant)
    #expect(seen.withLock(\.self) == scored.map(\.report))
    for (file, one) in zip(Self.files, scored) {
      let alone = try await Model(contentsOf: file).evaluate(images, normalizedBy: .tf)
      #expect(one.result.predictions == alone.predictions)
      #expect(one.report.metrics == alone.metrics)
      #expect(one.report.manifest.preprocessing.source == "mine")
      #expect(one.report.manifest.weights.file.hasSuffix(file.split(separator: "/").last ?? "?"))
    }
    #expect(scored.count == 3)
    let told = events.withLock(\.self)
    // The last reads three channels, and so cannot run beside the others.
    let begun = told.count { $0 == .began(total: 360, known: 0) }
    #expect(begun == (memory == 1 ? 3 : 2))
    #expect(
      told.count { if case .ended(done: 360, in: _) = $0 { true } else { false } } == begun)
  }

  @Test("What cannot be prepared is passed by, or ends the series")
  func unfit() async throws {
    let files = [Self.files[0], Fixtures.path("checkpoints/none.h5")]
    await #expect(throws: CheckpointError.self) {
      try await CheckpointSeries().evaluate(files, on: .list(images), preparing: contestant)
    }
    var passedBy: [String] = []
    let scored = try await CheckpointSeries().evaluate(
      files, on: .list(images), preparing: contestant,
      passingBy: { file, _ in passedBy.append(file) })
    #expect(scored.count == 1 && passedBy == [files[1]])
  }

  @Test("A stream is not read twice")
  func stream() async throws {
    var series = CheckpointSeries()
    series.memory = 1
    let stream = StudyImages.stream(ListedImages(images), isMultiLabel: false)
    let error = await #expect(throws: StudyError.self) {
      try await series.evaluate(Self.files, on: stream, preparing: contestant)
    }
    #expect(error == .streamIsReadOnce(checkpoint: Self.files[1]))
  }
}
