import Architectures
import Binding
import Checkpoints
import Datasets
import Engine
import Evaluation
import Models
import Networks
import Runs
import Studies
import Tensors
import Verification

/// What the command tells the shell when it fails (the codes of `sysexits.h`).
enum ExitStatus: Int32 {
  /// A comparison or a gate failed.
  case comparisonFailed = 1
  /// The command line asks for something that does not exist.
  case usage = 64
  /// An input is there, but not what it should be.
  case badData = 65
  /// An input is not there.
  case missingInput = 66
  /// A fault of Assay itself.
  case internalError = 70
  /// An output cannot be created.
  case cannotCreate = 73
  /// Reading or writing failed.
  case inputOutput = 74
  /// Another process is in the way; later it may work.
  case temporary = 75
  /// Ended by SIGINT, or Ctrl-C.
  case interrupted = 130
  /// Ended by SIGTERM.
  case terminated = 143
}

/// An error with its exit code and a message in the user's own words.
struct Failure: Error {
  let status: ExitStatus
  /// What is wrong, in one line, whatever the names in it hold.
  let message: String
  /// Further lines, as of a long list.
  let details: [String]

  init(_ status: ExitStatus, _ message: String, details: [String] = []) {
    self.status = status
    self.message = message
    self.details = details
  }

  /// The same of lines, the first of which says what is wrong.
  init(_ status: ExitStatus, lines: [String]) {
    self.init(status, lines.first ?? "", details: Array(lines.dropFirst()))
  }

  /// Sorts an error of any room; `nil` for those of the argument parser, which prints its own.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as CheckpointError:
      switch error {
      case .missing: self.init(.missingInput, error.description)
      case .unreadable: self.init(.missingInput, error.description)
      case .notACheckpoint, .damaged, .unsupported: self.init(.badData, error.description)
      case .notIsolated: self.init(.internalError, error.description)
      }
    case let error as DatasetError:
      self.init(
        error.isMissingInput ? .missingInput : .badData, Self.words(error, error.wayOut))
    case let error as BindingError:
      self.init(.badData, error.summary, details: error.details(limit: .max))
    case let error as NameMapError: self.init(.badData, error.description)
    case let error as OrderError: self.init(.badData, Self.words(error, error.wayOut))
    case let error as ImageError: self.init(.badData, error.description)
    case let error as NumPyError: self.init(.badData, error.description)
    case let error as EvaluationError: self.init(.badData, Self.words(error, error.wayOut))
    case let error as GraphError: self.init(.usage, error.description)
    case let error as RunError: self.init(error)
    case let error as PreprocessingError: self.init(.usage, Self.words(error))
    case let error as ProtocolError:
      self.init(error.isMissing ? .missingInput : .badData, Self.words(error))
    case let error as CalibrationError:
      self.init(error.isMissing ? .missingInput : .badData, error.description)
    case let error as GoldenError:
      self.init(error.isMissing ? .missingInput : .badData, error.description)
    case let error as ModelError: self.init(error)
    case let error as StudyError: self.init(error)
    case let error as EngineError:
      self.init(error.isOfCalibration ? .badData : .internalError, error.description)
    default: return nil
    }
  }

  /// What is wrong, and the option that helps.
  static func words(_ error: some Error & CustomStringConvertible, _ wayOut: String?) -> String {
    error.description + (wayOut.map { "; \($0)" } ?? "")
  }

  /// A preset that does not exist, with the one that was meant.
  private static func words(_ error: PreprocessingError) -> String {
    guard case .unknownPreset(let name) = error else { return error.description }
    return error.description + advice(name, among: Preprocessing.presetNames)
  }

  /// A name in a protocol that does not exist, with the one that was meant.
  private static func words(_ error: ProtocolError) -> String {
    switch error {
    case .missing(let name):
      error.description + advice(name, among: EvaluationProtocol.published.map(\.name))
    case .unknownSetting(_, let name, let known), .unknownValue(_, _, let name, let known):
      error.description + advice(name, among: known)
    default: error.description
    }
  }

  private static func advice(_ name: String, among known: [String]) -> String {
    Misspelling.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
  }

  private init(_ error: StudyError) {
    switch error {
    case .streamCannotBeResumed: self.init(.usage, "--out: \(error)")
    case .streamIsReadOnce, .preprocessedAlready: self.init(.usage, error.description)
    case .changed: self.init(.badData, error.description)
    case .interrupted: self.init(.interrupted, error.description)
    }
  }

  private init(_ error: RunError) {
    let status: ExitStatus =
      switch error {
      case .busy: .temporary
      case .exists, .cannotCreate: .cannotCreate
      case .noRun: .missingInput
      case .incomplete(_, _, let isBad): isBad ? .badData : .missingInput
      case .another, .damaged, .otherEngines: .badData
      case .noShard, .notSharded: .usage
      case .inputOutput: .inputOutput
      }
    guard case .incomplete(let folder, let lines, _) = error else {
      self.init(status, Self.words(error, error.wayOut))
      return
    }
    self.init(
      status, "\(folder): cannot be merged:",
      details: lines.map { "  \($0)" } + [error.wayOut].compactMap(\.self))
  }
}
