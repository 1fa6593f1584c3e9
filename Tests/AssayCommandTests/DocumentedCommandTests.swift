import Foundation
import TestSupport
import Testing

@Suite("The documentation's commands")
struct DocumentedCommandTests {
  @Test(
    "do what their page says",
    arguments: DocumentedPage.all.filter { $0.path != DocumentedPage.cluster.path })
  func commands(_ page: DocumentedPage) throws {
    let commands = try page.commands()
    guard !commands.isEmpty else { return }
    let folder = try DocumentedFolder()
    for command in commands {
      guard command.text.hasPrefix("assay ") else {
        // Tools build and install; that they are there is all that a test can try.
        let program = DocumentedPage.root + command.text.prefix { $0 != " " }
        #expect(FileManager.default.isExecutableFile(atPath: program), "\(command.text)")
        continue
      }
      let run = try folder.run(command.text)
      #expect(
        run.status == command.status, "\(command.text)\n\(run.messages.suffix(2000))")
      let lines = Set((run.output + run.messages).split(separator: "\n").map(String.init))
      for line in command.shown {
        #expect(lines.contains(line), "\(command.text) does not print: \(line)")
      }
    }
  }

  @Test("of the cluster's page send what they should, were there a cluster")
  func cluster() throws {
    let folder = try DocumentedFolder()
    let commands = try DocumentedPage.cluster.commands().map(\.text)
    let assignment = try #require(commands.first { $0.hasPrefix("run=(") })
    let words = assignment.dropFirst(5).dropLast()
    var count = 0
    for command in commands where command.hasPrefix("assay ") {
      var text = command.replacing("\"${run[@]}\"", with: words)
      if text.hasPrefix("assay submit ") {
        // Shown, and not sent.
        text.insert(contentsOf: " --dry-run", at: text.index(text.startIndex, offsetBy: 12))
      } else if text.contains(" run/") {
        // What the cluster would have left.
        #expect(try folder.run("assay \(words) --out run").status == 0)
      }
      let run = try folder.run(text)
      #expect(run.status == 0, "\(text)\n\(run.messages.suffix(2000))")
      count += 1
    }
    #expect(count > 3)
  }

  @Test("are of every subcommand, most of them in the README")
  func complete() throws {
    let help = try AssayRun("--help").output
    let list = help.split(separator: "SUBCOMMANDS:").last ?? ""
    let names = list.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
    #expect(names.count > 15)
    let shown = Set(
      try DocumentedPage(path: "README.md").commands().map {
        $0.text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
      })
    for name in names { #expect(shown.contains(name), "no example of assay \(name)") }
  }

  @Test("stand on pages whose links lead somewhere")
  func links() throws {
    for page in DocumentedPage.all {
      let text = try String(contentsOfFile: DocumentedPage.root + page.path, encoding: .utf8)
      let folder = URL(fileURLWithPath: DocumentedPage.root + page.path).deletingLastPathComponent()
      for match in text.matches(of: /\]\(([^)#]+)[^)]*\)/) where !match.1.contains("://") {
        let target = folder.appending(path: String(match.1)).path(percentEncoded: false)
        #expect(FileManager.default.fileExists(atPath: target), "\(page.path): \(match.1)")
      }
      for match in text.matches(of: /<doc:([A-Za-z]+)>/) {
        let target = folder.appending(path: "\(match.1).md").path(percentEncoded: false)
        #expect(FileManager.default.fileExists(atPath: target), "\(page.path): \(match.1)")
      }
      // The README is read in one sitting.
      let count = text.split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(count <= 151, "\(page.path) has \(count) lines")
    }
  }
}
