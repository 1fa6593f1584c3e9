import Foundation
import Testing

@Suite("The words of the library")
struct LibraryWordsTests {
  /// Whoever embeds the library has no options to give; the command's `WaysOut.swift` adds them to errors.
  @Test("name no option of the command")
  func noOptions() throws {
    let help = try AssayRun(["--experimental-dump-help"])
    let options = Set(help.output.matches(of: /"name" : "([a-z][a-z-]{2,})"/).map { String($0.1) })
    #expect(options.contains("first-label") && options.count > 100)
    let sources = DocumentedPage.root + "Sources"
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources).filter {
      $0.hasSuffix(".swift") && !$0.hasPrefix("AssayCommand/")
    }
    #expect(files.count > 300)
    for file in files {
      let text = try String(contentsOfFile: "\(sources)/\(file)", encoding: .utf8)
      for line in text.split(separator: "\n") where line.contains("\"") || line.contains("--") {
        guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
        let named = line.matches(of: /--([a-z][a-z-]+)/).map { String($0.1) }
        // Pages have variables of style, --line among them.
        let isStyle = line.contains("var(--") || line.contains(/--[a-z]+: ?[#a-z0-9\\]/)
        #expect(isStyle || options.isDisjoint(with: named), "\(file): \(line)")
      }
    }
  }
}
