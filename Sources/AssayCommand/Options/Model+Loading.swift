import Architectures
import Binding
import Checkpoints
import Files
import Foundation
import Importing
import KerasConfigs
import Layers
import Models
import Networks
import Tensors

extension Model {
  /// Reads the checkpoint at `file` as the options say, binds it to its network for images of
  /// `height` × `width`, or else of the size in the file's config, or else of the model's own, and tells the
  /// user what is to be known of it.
  ///
  /// `model` is a known network's name, or a file that holds a config.
  init(
    _ model: String?, _ variant: NetworkOptions, weights file: String, trust: TrustOptions,
    height: Int? = nil, width: Int? = nil, tensor: Shape? = nil, features: Bool = false
  ) throws {
    let state = FileState(of: file)
    var checkpoint = try Checkpoint(
      contentsOf: file, isolation: trust.isolation, variables: variant.variables)
    var options = try variant.told
    (options.height, options.width, options.tensor) = (height, width, tensor)
    options.endsInFeatures = features
    if let model, let text = try ConfigFile.text(at: model) {
      checkpoint = try checkpoint.described(by: text, in: model)
    } else if let model {
      options.candidates = try variant.recipes(named: model)
    }
    if options.candidates == nil, checkpoint.config?.model != nil { try variant.checkForConfig() }
    try self.init(checkpoint, at: file, options, state)
    for note in notes { StandardError.write("\(file): \(note)") }
  }
}

extension NetworkOptions {
  /// What these options say of a model, but for which it is.
  var told: Model.Options {
    get throws {
      var options = Model.Options()
      options.nameMap = try map.map(nameMap)
      options.pairsByOrder = byOrder
      options.dataFormat = dataFormat
      (options.filters, options.classes) = (filters, classes)
      options.leniency = leniency
      options.conventions = conventions.told
      options.importing = importOptions
      return options
    }
  }

  private func nameMap(from file: String) throws -> NameMap {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Failure(.missingInput, "\(file): no such file, or it cannot be read")
    }
    do throws(NameMapError) {
      return try NameMap(parsing: String(decoding: data, as: UTF8.self))
    } catch {
      throw Failure(.badData, "\(file): \(error)")
    }
  }
}

extension Failure {
  /// The same with the options that help.
  init(_ error: ModelError) {
    let status: ExitStatus
    var message = error.description
    var details: [String] = []
    switch error.reason {
    case .builtForAnotherSize: status = .usage
    case .network(let problem):
      status = problem.remedy == .inputSize ? .usage : .badData
      let wayOut = problem.remedy.map { "; \($0.wayOut)" } ?? ""
      message = "\(error.file): \(problem.statement)\(wayOut)"
    case .weights(_, _, let facts):
      status = .badData
      details = facts.map(\.words) + error.unboundLines
    case .order(_, let problem):
      status = .badData
      message = Self.words(error, problem.wayOut)
    case .severalInputs:
      status = .badData
      message += "; 'assay predict --tensors' gives it all"
    case .arguments, .noClassifier: status = .badData
    case .fitsNone:
      status = .usage
      message += "; --model takes a config (model.to_json()) or a name that 'assay models' lists"
    case .fitsSeveral:
      status = .usage
      message += "; --model tells which"
    case .unknownNormalization:
      status = .usage
      message += "; --normalize tells"
    }
    self.init(status, message, details: details)
  }
}
