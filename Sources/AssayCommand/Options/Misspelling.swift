import ArgumentParser
import Binding

/// A subcommand or an option that does not exist, but for a letter or two.
///
/// The parser of arguments tells of a missing option before it tells of the one that was meant for it, and of a
/// misspelled subcommand as of any argument.
struct Misspelling {
  /// What is wrong, in a line.
  let message: String

  /// Looks for one in a command line that was not understood; `nil` where there is none.
  init?(_ arguments: [String]) {
    guard let message = Self.message(for: arguments) else { return nil }
    self.message = message
  }

  private static func message(for arguments: [String]) -> String? {
    guard let first = arguments.first, !first.hasPrefix("-"), first != "help" else { return nil }
    let commands = AssayCommand.configuration.subcommands
    guard let command = commands.first(where: { $0.configuration.commandName == first }) else {
      let names = commands.compactMap { $0.configuration.commandName } + ["help"]
      let advice =
        nearest(to: first, among: names).map { "did you mean \($0)?" } ?? "'assay --help' lists all"
      return "unknown subcommand '\(first)'; \(advice)"
    }
    var known = options(of: command)
    // What is submitted is a command line of its own.
    if first == "submit" { known += options(of: EvaluateCommand.self) }
    for argument in arguments.dropFirst() {
      if argument == "--" { break }
      guard argument.hasPrefix("--") else { continue }
      let option = argument.split(separator: "=").first.map(String.init) ?? argument
      guard !known.contains(option), let meant = nearest(to: option, among: known) else { continue }
      return "unknown option '\(option)'; did you mean \(meant)? 'assay \(first) --help' lists all"
    }
    return nil
  }

  /// The name that somebody meant who wrote `word`, whatever its case and hyphens; `nil` where none is near.
  ///
  /// - Parameter lettersPerEdit: How many letters there must be for each that is wrong; two that changed places
  ///   are two.
  static func nearest(
    to word: String, among names: [String], lettersPerEdit: Int = 2
  ) -> String? {
    let plain = { (text: String) in
      text.lowercased().filter { !"-_ ".contains($0) }
    }
    let spellings = Dictionary(
      names.map { (plain($0), $0) }, uniquingKeysWith: { first, _ in first })
    var search = NearestNames(among: Array(spellings.keys), lettersPerEdit: lettersPerEdit)
    return search.nearest(to: plain(word)).flatMap { spellings[$0] }
  }

  /// The long options, as the help of a command lists them.
  private static func options(of command: any ParsableCommand.Type) -> [String] {
    let help = AssayCommand.helpMessage(for: command, includeHidden: true, columns: 200)
    var options: [String] = []
    for line in help.split(separator: "\n") {
      let words = line.split(separator: " ").prefix(6)
      guard words.first?.hasPrefix("-") == true else { continue }
      // A flag and its opposite stand as --a/--b.
      for word in words where word.hasPrefix("--") {
        for option in String(word).split(separator: "/") {
          options.append(option.filter { $0 != "," })
        }
      }
    }
    return options
  }
}
