import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite("A damaged checkpoint never harms the program that reads it through a child process")
struct DamagedCheckpointTests {
  private static let isolation = CheckpointIsolation.childProcess(
    executable: BuiltProgram.path("ReaderProgram"), arguments: ["serve"])

  private static let killers =
    (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("checkpoints/damaged")))?
    .sorted() ?? []

  @Test("What crashes libhdf5 or makes it hang is one error, and soon", arguments: killers)
  func killer(file: String) throws {
    let path = Fixtures.path("checkpoints/damaged/\(file)")
    let start = ContinuousClock.now
    let lines = CheckpointDigest.lines(of: path, isolation: Self.isolation)
    #expect(ContinuousClock.now - start < Patience.withChild)
    let errors = lines.filter { $0.contains("error \(path): ") }
    #expect(errors.contains { $0.contains("damaged: ") })
    // libhdf5 1.10 dies of all of them; 1.14 notices most, and then its own words come through.
    let died = errors.contains { $0.contains("damaged: libhdf5 ") }
    let plain = try BuiltProgram.output(of: "ReaderProgram", ["plain", path], seconds: 10)
    #expect(died || lines.joined(separator: "\n") + "\n" == plain)
  }

  @Test("The files that killed a reader are there")
  func killersExist() { #expect(Self.killers.count >= 8) }

  @Test("Extents beyond their own bounds are damage, though libhdf5 1.10 does not look at them")
  func bounds() throws {
    var bytes = try Fixtures.data("checkpoints/digits/digits-half.keras2.h5")
    // Where the bound of a bias of eight stands, which is eight, too.
    bytes.replaceSubrange(10729..<10739, with: [UInt8](repeating: 0, count: 10))
    let scratch = try ScratchFolder()
    let path = try scratch.write(bytes, as: "bounds.h5")
    #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: path) }
  }

  @Test("Hundreds of damaged copies read as in process, or end in an error", arguments: 0..<6)
  func copies(seed: UInt64) throws {
    var generator = SplitMix(seed: seed)
    let folder = Fixtures.path("checkpoints/formats")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".h5") }
    let scratch = try ScratchFolder()
    var faults = 0
    for number in 0..<50 {
      let name = files[Int(generator.next() % UInt64(files.count))]
      var bytes = try Fixtures.data("checkpoints/formats/\(name)")
      for _ in 0..<(1 + generator.next() % 4) {
        let place = bytes.startIndex + Int(generator.next() % UInt64(bytes.count))
        let bit = UInt8(truncatingIfNeeded: generator.next() % 8)
        bytes[place] = generator.next() % 3 == 0 ? 0xFF : bytes[place] ^ 1 << bit
      }
      let path = try scratch.write(bytes, as: "copy.h5")
      let start = ContinuousClock.now
      let isolated = CheckpointDigest.lines(of: path, isolation: Self.isolation)
      #expect(
        ContinuousClock.now - start < Patience.withChild, "\(name), seed \(seed), copy \(number)")
      // The plain reader may crash or hang, and so has a process of its own, too.
      let plain = try BuiltProgram.output(of: "ReaderProgram", ["plain", path], seconds: 10)
      let isError = isolated.contains { $0.contains("error \(path): ") }
      if plain == nil {
        #expect(isError, "\(name), seed \(seed), copy \(number)")
      } else {
        #expect(
          isolated.joined(separator: "\n") + "\n" == plain,
          "\(name), seed \(seed), copy \(number)")
      }
      faults += isError ? 1 : 0
    }
    #expect(faults > 2, "the damage hits nothing")
  }
}
