import Evaluation
import Foundation
import Runs
import TestSupport
import Testing

@Suite("Shards make the bytes of one process, or are refused by name")
struct RunMergeTests {
  /// Does all shards of a run, in an order of their own.
  private func shards(_ count: Int, of run: SampleRun, in folder: String) throws {
    for number in (1...count).reversed() {
      try run.work(
        in: folder, run.plan(shards: count), shard: #require(Shard(number, of: count)))
    }
  }

  private func result(_ shard: String, in folder: String) -> URL {
    URL(fileURLWithPath: "\(folder)/shards/\(shard)/result")
  }

  @Test("However a run is cut, the merged files are those of one process")
  func same() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let whole = scratch.path("whole")
    try run.work(in: whole, run.plan())
    let expected = try SampleRun.output(of: whole)
    for count in [2, 3, 10, 13] {
      let folder = scratch.path("\(count)")
      try shards(count, of: run, in: folder)
      let merge = try RunMerge(folder)
      #expect(merge.missing().isEmpty)
      #expect(try merge.write().count == 2)
      #expect(try SampleRun.output(of: folder) == expected, "\(count) shards")
      // A copy that comes late finds its shard done, and merging again changes nothing.
      #expect(
        try run.work(in: folder, run.plan(shards: count), shard: #require(Shard(1, of: count))) == 0
      )
      _ = try merge.write()
      #expect(try SampleRun.output(of: folder) == expected)
    }
  }

  @Test("A shard's result damaged or cut at any byte is named, done again, and then good")
  func damaged() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let folder = scratch.path("run")
    try shards(5, of: run, in: folder)
    let file = result("2-of-5", in: folder)
    let good = try Data(contentsOf: file)
    let merge = try RunMerge(folder)
    for place in good.indices {
      var bad = good
      bad[place] ^= 1
      try (place.isMultiple(of: 2) ? bad : good.prefix(place)).write(to: file)
      #expect {
        try merge.write()
      } throws: { error in
        guard case RunError.incomplete(_, let lines, true) = error else { return false }
        return lines.count == 1 && lines[0].hasPrefix("shard 2/5: damaged")
      }
    }
    #expect(merge.missing() == [Shard(2, of: 5)])
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/report.json"))
    let again = try run.work(
      in: folder, run.plan(shards: 5), shard: #require(Shard(2, of: 5)))
    #expect(again == 4)
    #expect(try Data(contentsOf: file) == good)
    _ = try merge.write()
  }

  @Test("A plan that is not what was written stands for no result")
  func damagedPlan() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let folder = scratch.path("run")
    try shards(3, of: run, in: folder)
    let file = URL(fileURLWithPath: "\(folder)/plan.json")
    let good = try Data(contentsOf: file)
    for place in good.indices {
      var bad = good
      bad[place] ^= 1
      try (place.isMultiple(of: 7) ? good.prefix(place) : bad).write(to: file)
      #expect(throws: RunError.self, "byte \(place)") { try RunMerge(folder).write() }
    }
    // Numbers that nobody can count to.
    let text = String(decoding: good, as: UTF8.self)
    for (part, other) in [
      ("\"shards\" : 3", "\"shards\" : 9223372036854775807"), ("\"shards\" : 3", "\"shards\" : -1"),
      ("\"images\" : 10", "\"images\" : 9223372036854775807"),
    ] {
      let bad = text.replacing(part, with: other)
      #expect(bad != text)
      try Data(bad.utf8).write(to: file)
      #expect(throws: RunError.self, "\(other)") { try RunMerge(folder).write() }
    }
  }

  @Test("Missing shards, and results of others, are all named at once")
  func named() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let (folder, other) = (scratch.path("run"), scratch.path("other"))
    try shards(12, of: run, in: folder)
    for shard in ["03", "04", "05", "09"] {
      try FileManager.default.removeItem(at: result("\(shard)-of-12", in: folder))
    }
    let merge = try RunMerge(folder)
    #expect(merge.missing().map(\.number) == [3, 4, 5, 9])
    #expect(
      throws: RunError.incomplete(
        folder, lines: ["shards 3 to 5 of 12: missing", "shard 9/12: missing"], isBad: false)
    ) { try merge.write() }
    // One of another run, one of another shard.
    for number in [3, 9] {
      try run.work(
        in: other, run.plan(shards: 12, bins: 7), shard: #require(Shard(number, of: 12)))
    }
    try FileManager.default.copyItem(
      at: result("03-of-12", in: other), to: result("03-of-12", in: folder))
    try FileManager.default.copyItem(
      at: result("01-of-12", in: folder), to: result("09-of-12", in: folder))
    #expect(
      throws: RunError.incomplete(
        folder,
        lines: [
          "shard 3/12: of a run with another plan", "shards 4 to 5 of 12: missing",
          "shard 9/12: of shard 1/12",
        ], isBad: true)
    ) { try merge.write() }
  }

  @Test("Engines of two kinds are refused unless they may be mixed, which the report then says")
  func engines() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let folder = scratch.path("run")
    let (first, second) = (try #require(Shard(1, of: 2)), try #require(Shard(2, of: 2)))
    let (narrow, wide) = (
      run.plan(shards: 2, engine: "AVX2"), run.plan(shards: 2, engine: "AVX-512")
    )
    try run.work(in: folder, narrow, shard: first)
    let refusal = RunError.otherEngines(folder, ["AVX2", "AVX-512"])
    #expect(throws: refusal) { try run.work(in: folder, wide, shard: second) }
    // A journal of one engine is not gone on with by another unseen.
    try run.work(in: folder, narrow, shard: second, until: 3)
    try run.work(in: folder, wide, shard: second, mixesEngines: true)
    let merge = try RunMerge(folder)
    #expect(throws: RunError.otherEngines(folder, ["AVX-512", "AVX2"])) { try merge.write() }
    let report = try #require(try merge.write(mixesEngines: true).first).report
    #expect(report.manifest.arithmetic.engine == "AVX-512 and AVX2")
    #expect(report.text.contains("engines of several kinds"))
  }

  @Test("A plan that was made elsewhere is pinned, and whoever computes first says by what")
  func prepared() async throws {
    let scratch = try ScratchFolder()
    let run = try await SampleRun()
    let folder = scratch.path("run")
    try RunPart.prepare(folder, plan: run.plan(shards: 2, engine: "another machine's"))
    for number in [1, 2] {
      try run.work(in: folder, run.plan(shards: 2), shard: #require(Shard(number, of: 2)))
    }
    let report = try #require(try RunMerge(folder).write().first).report
    #expect(report.manifest.arithmetic.engine == run.plan().checkpoints[0].arithmetic.engine)
  }
}
