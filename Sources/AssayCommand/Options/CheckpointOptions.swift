import ArgumentParser

/// Which checkpoint: after `--weights`, or as the first argument.
struct CheckpointOptions: ParsableArguments {
  @Option(
    name: .customLong("weights"),
    help: ArgumentHelp(
      "The checkpoint: a file of Keras, a folder, or a TensorFlow prefix. Default: the first argument.",
      valueName: "file"), completion: .file())
  var weights: String?

  @Argument(
    help: ArgumentHelp(
      "The checkpoint, where --weights does not name it.", valueName: "checkpoint"),
    completion: .file())
  var argument: String?

  /// The checkpoint, if one was named.
  var named: String? { weights ?? argument }

  /// The checkpoint.
  var path: String { named ?? "" }

  func validate() throws {
    if weights != nil, let argument {
      throw ValidationError("'\(argument)' is one argument too many beside --weights")
    }
  }

  /// Refuses a command line that names none.
  func require() throws {
    guard named != nil else {
      throw ValidationError("give a checkpoint, as the first argument or with --weights")
    }
  }
}
