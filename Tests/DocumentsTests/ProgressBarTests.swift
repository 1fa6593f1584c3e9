import Documents
import Testing

@Suite("A progress bar")
struct ProgressBarTests {
  private let numbers = "12345/50000 images, 123.4/s, 5:05 left"

  @Test("It leaves the last column of any terminal free", arguments: 1...200)
  func fits(columns: Int) {
    for done in [0, 12345, 50000, 60000] {
      let line = ProgressBar.line(done, of: 50000, numbers, columns: columns)
      #expect(line.count <= columns - 1)
      #expect(columns <= numbers.count || line.hasSuffix(numbers))
    }
  }

  @Test("It is as wide as there is room, and no wider than 30 columns")
  func widths() {
    let bar = { (columns: Int) in
      ProgressBar.line(25000, of: 50000, numbers, columns: columns).count { "█░".contains($0) }
    }
    #expect(bar(200) == 30 && bar(66) == 26 && bar(50) == 10 && bar(42) == 0)
    #expect(ProgressBar.line(3, of: 4, "3/4", columns: 13) == "██████░░ 3/4")
    #expect(ProgressBar.line(0, of: 0, "0/0", columns: 13) == "████████ 0/0")
  }
}
