import Architectures
import ArgumentParser
import Models

/// Whether class 0 of the network is background.
struct BackgroundOption: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Class 0 of the network is background; folders and names then begin with class 1 if they are "
        + "one fewer. Default: as the model's dialect has it."))
  var backgroundClass: Bool?

  /// As the user wrote it, else as the model's dialect has it.
  func isThere(in defaults: InputDefaults) -> Bool {
    backgroundClass ?? defaults.hasBackgroundClass
  }
}
