import Datasets
import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Memory that all threads share")
struct MemoryBudgetTests {
  @Test("Threads never hold more than there is, and each has its turn")
  func bound() {
    let budget = MemoryBudget(100, purpose: "a test")
    let held = Mutex((now: 0, most: 0, turns: 0))
    DispatchQueue.concurrentPerform(iterations: 16) { index in
      for turn in 0..<50 {
        let count = 1 + (37 * index + 11 * turn) % 100
        try? budget.holding(count) { () throws(ImageError) in
          held.withLock { held in
            held.now += count
            held.most = max(held.most, held.now)
          }
          usleep(50)
          held.withLock { held in
            held.now -= count
            held.turns += 1
          }
        }
      }
    }
    let result = held.withLock { $0 }
    #expect(result.now == 0 && result.turns == 16 * 50)
    #expect((90...100).contains(result.most))
  }

  @Test("What is held is given back where an image is refused")
  func refusal() throws {
    let budget = MemoryBudget(100, purpose: "a test")
    for _ in 0..<3 {
      #expect(throws: ImageError(.damaged, "x")) {
        try budget.holding(60) { () throws(ImageError) in throw ImageError(.damaged, "x") }
      }
    }
    #expect(try budget.holding(100) { () throws(ImageError) in 1 } == 1)
  }

  @Test("Who needs more than there ever is, is refused at once")
  func beyond() {
    let budget = MemoryBudget(5_000_000, purpose: "a test")
    #expect(
      throws: ImageError(
        .tooLarge, "it takes 6 MB of memory, more than the 5 MB that there are for a test")
    ) { try budget.holding(5_000_001) { () throws(ImageError) in } }
  }

  @Test("The largest photograph may be decoded, whatever its format keeps beside its pixels")
  func largest() throws {
    // 9449 × 9449, three components each with its own coefficients.
    let bytes = HarmfulImage.emptyScans(2, side: 9449)
    let header = try ImageHeader(bytes, rules: .pillow)
    let pixels = 9449 * 9449
    #expect((5 * pixels..<6 * pixels).contains(header.byteCount(channels: 3)))
    #expect(9 * pixels <= MemoryBudget.decoding.byteCount)
    #expect(3 * pixels <= MemoryBudget.files.byteCount)
  }
}
