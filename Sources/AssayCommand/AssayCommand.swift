import ArgumentParser
import CMalloc
import Checkpoints
import Datasets
import Documents
import Evaluation
import Files
import Foundation

/// The command `assay`: reads the command line, hands it to a subcommand, and turns whatever goes
/// wrong into one message and an exit code.
@main
struct AssayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "assay",
    abstract: "Reads, checks and scores Keras image classifiers, without Python.",
    discussion: """
      Exit codes: 0 success; 1 a comparison or gate failed; 64 usage; 65 bad data; 66 an input is \
      missing; 70 internal error; 73 an output cannot be created; 74 input or output failed; \
      75 another process is in the way; 130, 143 ended by a signal.

      'assay --generate-completion-script bash' (or zsh, fish) prints shell completions.
      """,
    version: AssayVersion.current,
    subcommands: [
      EvaluateCommand.self, SubmitCommand.self, MergeCommand.self, SweepCommand.self,
      CompareCommand.self, ReportCommand.self, PredictCommand.self, InspectCommand.self,
      SummaryCommand.self, PlanCommand.self, DiffCommand.self, ConvertCommand.self,
      ExportCommand.self, ModelsCommand.self, RecordCommand.self, VerifyCommand.self,
      CheckCommand.self, CalibrateCommand.self, BenchmarkCommand.self,
    ])

  /// Ends with an error of the argument parser, which names arguments as they were typed, or its help.
  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    guard !code.isSuccess else { exit(withError: error) }
    if let misspelling = Misspelling(Array(CommandLine.arguments.dropFirst())) {
      StandardError.write(misspelling.message)
      exit(withError: code)
    }
    // The lines of the message are its own; those of an argument in it are not.
    let message = CommandLine.arguments.reduce(fullMessage(for: error)) { text, argument in
      argument.shown == argument
        ? text
        : text.replacingOccurrences(of: argument, with: argument.shown, options: .literal)
    }
    StandardError.show(message)
    exit(withError: code)
  }

  /// Has freed memory go back to the system at once: of buffers of more than 4 MB, as those of weights while they
  /// are packed, and of more than 2 MB that lie free behind what is in use.
  ///
  /// Glibc keeps as much as has ever been freed in one piece, a tenth of the memory of an evaluation.
  private static func returnFreedMemory() {
    mallopt(M_MMAP_THRESHOLD, 4 << 20)
    mallopt(M_TRIM_THRESHOLD, 2 << 20)
  }

  static func main() async {
    // First of all: a process that reads a file for another must not do anything else.
    if CommandLine.arguments.dropFirst().first == TrustOptions.readerArgument {
      IsolatedReader.serve()
    }
    TrustOptions.prepareReader(Array(CommandLine.arguments.dropFirst()))
    returnFreedMemory()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      // A result that did not arrive is none.
      guard fflush(nil) == 0 else {
        throw Failure(.inputOutput, "standard output: \(SystemReason.words(errno))")
      }
    } catch {
      guard let failure = Failure(error) else { end(with: error) }
      StandardError.write(failure.message, details: failure.details)
      exit(withError: ExitCode(failure.status.rawValue))
    }
  }
}
