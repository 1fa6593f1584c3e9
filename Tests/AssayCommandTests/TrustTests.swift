import Foundation
import TestSupport
import Testing

@Suite("The command reads checkpoints in a process of their own")
struct TrustTests {
  private static let damaged =
    (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("checkpoints/damaged")))?
    .sorted() ?? []

  @Test("What crashes libhdf5 or makes it hang ends with 65 and one message", arguments: damaged)
  func damage(name: String) throws {
    let file = Fixtures.path("checkpoints/damaged/\(name)")
    let start = ContinuousClock.now
    let run = try AssayRun("inspect", file, "--hash")
    #expect(ContinuousClock.now - start < Patience.withChild)
    #expect(run.status == 65 && run.output.isEmpty)
    #expect(run.messages.hasPrefix("assay: \(file): "))
    #expect(run.messages.contains("damaged: "))
    #expect(run.messages.split(separator: "\n").count == 1)
  }

  @Test("With --trust the same is printed as without")
  func trust() throws {
    let file = Fixtures.path("checkpoints/digits/digits-regular.model.h5")
    let isolated = try AssayRun("inspect", file, "--hash")
    let trusted = try AssayRun("inspect", file, "--hash", "--trust")
    #expect(isolated.status == 0 && trusted.status == 0)
    #expect(isolated.output == trusted.output && isolated.output.count > 1000)
  }

  @Test(
    "Under a lower limit of the user's it reads the same",
    arguments: ["-v 2000000", "-S -v 1000000", "-t 300", "-S -t 20", "-c 0"])
  func limits(ulimit: String) throws {
    let file = Fixtures.path("checkpoints/digits/digits-regular.model.h5")
    let limited = try AssayRun(["inspect", file, "--hash"], ulimit: ulimit)
    #expect(limited.status == 0, "\(limited.messages)")
    #expect(try limited.output == AssayRun("inspect", file, "--hash").output)
  }

  @Test(
    "With too little address space no file is called damaged, and no protection given up",
    arguments: Array(stride(from: 144_000, to: 160_000, by: 4000)))
  func shortage(kilobytes: Int) throws {
    let file = Fixtures.path("checkpoints/digits/digits-regular.model.h5")
    let run = try AssayRun(["inspect", file], ulimit: "-v \(kilobytes)")
    #expect(!run.messages.contains("damaged") && !run.messages.contains("--trust"))
    // Or the command itself does not start, or all of it has room.
    if run.status == 70 {
      #expect(
        run.messages.contains(
          " with \(1024 * kilobytes / 1_000_000) MB of address space, which is the limit here"))
    }
  }

  @Test("Started by hand, the reader's side ends with 70 and does nothing")
  func byHand() throws {
    let run = try AssayRun("--read-checkpoint-for-parent")
    #expect(run.status == 70 && run.output.isEmpty)
  }
}
