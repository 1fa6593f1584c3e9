import Checkpoints
import Foundation
import HDF5
import Sandbox
import Tensors
import TestSupport
import Testing

@Suite("A checkpoint that a confined child process reads")
struct IsolatedCheckpointTests {
  private static let program = BuiltProgram.path("ReaderProgram")

  private static let files = ["archives", "conventions", "digits", "formats"].flatMap { folder in
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("checkpoints/\(folder)")))
      ?? []
    return names.filter { $0.hasSuffix(".h5") || $0.hasSuffix(".keras") }.sorted().map {
      "checkpoints/\(folder)/\($0)"
    }
  }

  private static func isolation(_ arguments: String...) -> CheckpointIsolation {
    .childProcess(executable: program, arguments: arguments)
  }

  @Test("Its layers, tensors and errors are those of a reader in process", arguments: files)
  func equality(file: String) {
    let path = Fixtures.path(file)
    let isolated = CheckpointDigest.lines(of: path, isolation: Self.isolation("serve"))
    #expect(isolated == CheckpointDigest.lines(of: path, isolation: .inProcess))
  }

  @Test("There are fixtures of both kinds")
  func fixtures() { #expect(Self.files.count > 50) }

  @Test(
    "A file that is no checkpoint is told as it is in process",
    arguments: ["README.md", "checkpoints", "nothing.h5", "images/bmp-24.bmp"])
  func noCheckpoint(file: String) {
    let path = Fixtures.path(file)
    let isolated = CheckpointDigest.lines(of: path, isolation: Self.isolation("serve"))
    #expect(isolated.first?.hasPrefix("error ") == true)
    #expect(isolated == CheckpointDigest.lines(of: path, isolation: .inProcess))
  }

  @Test(
    "No lie of the child goes further than an error",
    arguments: [
      "frame", "format", "layers", "negative", "text", "length", "index", "overflow", "hidden",
      "extent", "claims", "huge", "type", "stored", "place", "more", "exit", "abort",
    ])
  func lies(lie: String) throws {
    let path = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    do throws(CheckpointError) {
      _ = try Checkpoint(contentsOf: path, isolation: Self.isolation("lie", lie))
      Issue.record("\(lie) was believed")
    } catch {
      switch error {
      case .damaged(let file, _, _), .unsupported(let file, _, _): #expect(file == path)
      default: Issue.record("\(error)")
      }
    }
  }

  @Test("A place beyond the file's end is not read", arguments: ["beyond", "overrun"])
  func lyingPlaces(lie: String) throws {
    let path = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    let checkpoint = try Checkpoint(contentsOf: path, isolation: Self.isolation("lie", lie))
    let tensor = try #require(checkpoint.layers.first?.tensors.first)
    let error = #expect(throws: CheckpointError.self) { try checkpoint.tensor(tensor) }
    #expect(
      error
        == .damaged(
          file: path, object: "/a/kernel", detail: "its values lie beyond the end of the file"))
  }

  @Test("Without a lie, the liar's listing is read, so that the lies above are what is refused")
  func honest() throws {
    let path = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    let checkpoint = try Checkpoint(contentsOf: path, isolation: Self.isolation("lie", "none"))
    #expect(checkpoint.layers.map(\.location) == ["/a"])
    #expect(checkpoint.layers.flatMap(\.tensors).map(\.path) == ["/a/kernel"])
  }

  @Test("A child that hangs is ended after 8 s of a processor")
  func hangs() throws {
    let path = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    let start = ContinuousClock.now
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(contentsOf: path, isolation: Self.isolation("lie", "nothing"))
    }
    #expect(
      error == .damaged(file: path, object: nil, detail: "libhdf5 took longer than 8 s on it"))
    #expect(ContinuousClock.now - start < Patience.withChild)
  }

  @Test("Where no child can be started, nothing is read in its place")
  func noChild() throws {
    let path = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(
        contentsOf: path, isolation: .childProcess(executable: "/no/such", arguments: []))
    }
    #expect(
      error
        == .notIsolated(file: path, detail: "/no/such does not start: No such file or directory"))
  }

  @Test("A child that is started early reads its own file, once, and no other")
  func prepared() throws {
    let scratch = try ScratchFolder()
    let program = scratch.path("reader")
    try FileManager.default.createSymbolicLink(
      atPath: program, withDestinationPath: Self.program)
    let isolation = CheckpointIsolation.childProcess(executable: program, arguments: ["serve"])
    let path = Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")
    let other = Fixtures.path("checkpoints/digits/digits-bottleneck.keras2.h5")
    isolation.prepare(scratch.path("nothing.h5"))
    isolation.prepare(path)
    // From here on none is started any more.
    try FileManager.default.removeItem(atPath: program)
    #expect(throws: CheckpointError.self) {
      try Checkpoint(contentsOf: other, isolation: isolation)
    }
    let read = CheckpointDigest.lines(of: path, isolation: isolation)
    #expect(read == CheckpointDigest.lines(of: path, isolation: .inProcess))
    #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: path, isolation: isolation) }
  }

  @Test("Of weights in several files each has a child of its own")
  func shards() throws {
    let path = Fixtures.path("checkpoints/archives/sharded.weights.json")
    let isolated = CheckpointDigest.lines(of: path, isolation: Self.isolation("serve"))
    #expect(isolated == CheckpointDigest.lines(of: path, isolation: .inProcess))
    #expect(isolated.count > 4)
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(
        contentsOf: path, isolation: .childProcess(executable: "/no/such", arguments: []))
    }
    guard case .notIsolated = error else {
      Issue.record("read without a child: \(String(describing: error))")
      return
    }
  }

  @Test("However many files there are, few children live at a time, and every value is right")
  func manyShards() throws {
    let scratch = try ScratchFolder()
    let count = 30
    let names = (0..<count).map { "w_\($0).weights.h5" }
    for (number, name) in names.enumerated() {
      let file = try HDF5Writer(creating: scratch.path(name))
      try file.createGroup("/layers/dense_\(number)/vars")
      try file.write([Float(number), 0.5], shape: [2], at: "/layers/dense_\(number)/vars/0")
      try file.close()
    }
    let map = names.enumerated().map { "\"/layers/dense_\($0)/vars\": \"\($1)\"" }
    let path = try scratch.write(
      Data("{\"weight_map\": {\(map.joined(separator: ", "))}}".utf8), as: "w.weights.json")
    let mark = UUID().uuidString
    let checkpoint = try Checkpoint(contentsOf: path, isolation: Self.isolation("serve", mark))
    let tensors = checkpoint.layers.flatMap(\.tensors)
    #expect(tensors.count == count)
    // Twice, for those that were closed meanwhile are opened again.
    for _ in 0..<2 {
      #expect(
        Set(try tensors.map { try checkpoint.tensor($0).values })
          == Set((0..<count).map { [Float($0), 0.5] }))
      #expect((1...8).contains(try Self.processes(with: mark).count))
    }
  }

  @Test("A shard that is replaced while it is read is told")
  func replacedShard() throws {
    let scratch = try ScratchFolder()
    let names = (0..<9).map { "w_\($0).weights.h5" }
    let write = { (number: Int, values: [Float]) in
      let file = try HDF5Writer(creating: scratch.path(names[number]))
      try file.createGroup("/layers/dense_\(number)/vars")
      try file.write(values, shape: [values.count], at: "/layers/dense_\(number)/vars/0")
      try file.close()
    }
    for number in names.indices { try write(number, [1, 2]) }
    let map = names.enumerated().map { "\"/layers/dense_\($0)/vars\": \"\($1)\"" }
    let path = try scratch.write(
      Data("{\"weight_map\": {\(map.joined(separator: ", "))}}".utf8), as: "w.weights.json")
    let checkpoint = try Checkpoint(contentsOf: path, isolation: Self.isolation("serve"))
    // The first had to be closed for the ninth.
    try write(0, [1, 2, 3])
    let first = try #require(checkpoint.layers.flatMap(\.tensors).first { $0.path.contains("_0/") })
    let error = #expect(throws: CheckpointError.self) { _ = try checkpoint.tensor(first) }
    #expect(
      error
        == .damaged(
          file: scratch.path(names[0]), object: nil, detail: "it was replaced while it was read"))
  }

  @Test("An index of more files than anybody writes is refused before one is opened")
  func tooManyShards() throws {
    let scratch = try ScratchFolder()
    let map = (0..<300).map { "\"/layers/a_\($0)/vars\": \"w_\($0).weights.h5\"" }
    let path = try scratch.write(
      Data("{\"weight_map\": {\(map.joined(separator: ", "))}}".utf8), as: "w.weights.json")
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(contentsOf: path, isolation: Self.isolation("serve"))
    }
    #expect(
      error
        == .unsupported(
          file: path, object: nil, detail: "it names 300 files; weights in up to 256 are read"))
  }

  @Test("A child that is killed between reads is an error of each later read of libhdf5's")
  func killed() throws {
    let mark = UUID().uuidString
    let checkpoint = try Checkpoint(
      contentsOf: Fixtures.path("checkpoints/formats/legacy_float64.h5"),
      isolation: Self.isolation("serve", mark))
    let tensors = checkpoint.layers.flatMap(\.tensors)
    try #require(tensors.count > 3)
    _ = try checkpoint.tensor(tensors[0])
    let child = try #require(try Self.process(with: mark))
    kill(child, SIGKILL)
    for tensor in tensors.prefix(3) {
      let error = #expect(throws: CheckpointError.self) { try checkpoint.tensor(tensor) }
      #expect(error?.description.contains("libhdf5 was killed on it") == true)
    }
  }

  @Test("Tensors read at the same time by many tasks are the right ones")
  func concurrent() async throws {
    let path = Fixtures.path("checkpoints/digits/digits-bottleneck.weights.h5")
    let isolated = try Checkpoint(contentsOf: path, isolation: Self.isolation("serve"))
    let plain = try Checkpoint(contentsOf: path)
    let equal = try await withThrowingTaskGroup(of: Bool.self) { group in
      for tensor in isolated.layers.flatMap(\.tensors) {
        group.addTask { try isolated.tensor(tensor) == plain.tensor(tensor) }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(equal.count > 50 && equal.allSatisfy(\.self))
  }

  @Test("No descriptor, mapping or process is left when checkpoints are let go of")
  func leaks() throws {
    let output = try BuiltProgram.output(
      of: "ReaderProgram",
      ["leaks", Fixtures.path("checkpoints/digits/digits-regular.keras2.h5")], seconds: 60)
    #expect(output == "0 descriptors, 0 maps, 0 children\n")
  }

  /// The process that was started with this argument.
  private static func process(with argument: String) throws -> Int32? {
    try processes(with: argument).first
  }

  private static func processes(with argument: String) throws -> [Int32] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
      .filter { process in
        let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        return line?.contains(argument) ?? false
      }
  }
}
