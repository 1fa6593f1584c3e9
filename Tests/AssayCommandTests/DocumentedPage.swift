import Foundation
import TestSupport
import Testing

/// A page of the documentation, and the commands that it shows.
struct DocumentedPage: Sendable, CustomTestStringConvertible {
  /// Its path below the top of the repository.
  let path: String

  var testDescription: String { path }

  /// The README, the articles, and the pages beside the tools.
  static let all: [DocumentedPage] = {
    let articles = "Sources/Assay/Assay.docc"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root + articles)) ?? []
    return [DocumentedPage(path: "README.md"), cluster]
      + names.filter { $0.hasSuffix(".md") }.sorted()
      .map { DocumentedPage(path: "\(articles)/\($0)") }
  }()

  /// The page of the cluster, whose commands need one.
  static let cluster = DocumentedPage(path: "Tools/cluster/README.md")

  /// The top of the repository, with a slash.
  static let root = Fixtures.root.deletingLastPathComponent().path(percentEncoded: false)

  /// A command of a page.
  struct Command: Sendable {
    /// As a shell reads it.
    var text: String
    /// The exit code that the page shows, by `echo $?` or in a comment: `# … (exit 1: …)`.
    var status: Int32
    /// Lines of its output that the page shows.
    var shown: [String] = []

    init(_ text: String) {
      self.text = text
      status = text.firstMatch(of: /#.*\(exit (\d+)/).flatMap { Int32($0.1) } ?? 0
    }
  }

  /// The blocks between fences, each with its language.
  func blocks() throws -> [(language: String, lines: [String])] {
    let text = try String(contentsOfFile: Self.root + path, encoding: .utf8)
    var blocks: [(language: String, lines: [String])] = []
    var isInside = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        if !isInside { blocks.append((String(line.dropFirst(3)), [])) }
        isInside.toggle()
      } else if isInside {
        blocks[blocks.count - 1].lines.append(line)
      }
    }
    return blocks
  }

  /// The commands in the order of the page: all lines of `sh`, and of `console` those after a `$`.
  func commands() throws -> [Command] {
    var commands: [Command] = []
    for block in try blocks() {
      switch block.language {
      case "sh": commands += Self.joined(block.lines).map { Command($0) }
      case "console": Self.read(Self.joined(block.lines), into: &commands)
      default: break
      }
    }
    return commands
  }

  private static func read(_ lines: [String], into commands: inout [Command]) {
    var asksForStatus = false
    for line in lines {
      if line == "$ echo $?" {
        asksForStatus = true
      } else if line.hasPrefix("$ ") {
        commands.append(Command(String(line.dropFirst(2))))
      } else if asksForStatus, let status = Int32(line) {
        commands[commands.count - 1].status = status
        asksForStatus = false
      } else if line != "…", !line.isEmpty {
        commands[commands.count - 1].shown.append(line)
      }
    }
  }

  /// Lines that end in a backslash with those that follow.
  private static func joined(_ lines: [String]) -> [String] {
    var result: [String] = []
    var isOpen = false
    for line in lines where isOpen || !line.isEmpty {
      let text = line.hasSuffix("\\") ? String(line.dropLast()) : line
      if isOpen {
        result[result.count - 1] += text
      } else {
        result.append(text)
      }
      isOpen = line.hasSuffix("\\")
    }
    return result
  }
}
