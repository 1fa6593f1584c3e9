import Architectures
import ArgumentParser
import Engine
import Evaluation
import Models
import Networks
import Studies
import Tensors

/// In which numbers convolutions are computed.
struct PrecisionOptions: ParsableArguments {
  enum Name: String, ExpressibleByArgument, CaseIterable {
    case f32
    case bf16
    case int8
  }

  @Option(
    help: "Numbers of the convolutions: f32; bf16, where the processor has it; int8, calibrated.")
  var precision = Name.f32

  @Option(
    help: ArgumentHelp("The ranges for int8, as assay calibrate wrote them.", valueName: "file"),
    completion: .file())
  var calibration: String?

  func validate() throws {
    guard (precision == .int8) == (calibration != nil) else {
      throw ValidationError(
        precision == .int8
          ? "--precision int8 needs --calibration, which 'assay calibrate' writes"
          : "--calibration is of use with --precision int8 alone")
    }
  }

  /// The files that these options name.
  var inputs: [String] { [calibration].compactMap(\.self) }

  /// The precision for a model; its calibration must be of the same network and weights.
  func precision(for loaded: Model) throws -> Precision {
    switch precision {
    case .f32: return .float32
    case .bf16:
      guard OneDNN.hasBFloat16 else {
        throw Failure(
          .usage,
          "--precision bf16 needs a processor with AVX512_BF16; this one has "
            + "\(OneDNN.instructionSet) without it")
      }
      return .bfloat16
    case .int8:
      let path = calibration ?? ""
      let file = try CalibrationFile(contentsOf: path)
      return .int8(try file.calibration(for: CalibrationFile.Subject(loaded), file: path))
    }
  }
}

extension CalibrationFile.Subject {
  /// The network and the weights that were loaded.
  ///
  /// - Throws: Where the weights cannot be read again.
  init(_ loaded: Model) throws {
    self.init(
      model: loaded.identifier, config: loaded.defaults.config,
      weights: try loaded.weightsDescription().sha256, input: loaded.graph.input.description)
  }
}
