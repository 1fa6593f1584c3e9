import ArgumentParser
import Checkpoints
import Documents
import Tensors

/// `assay inspect`: what is in a checkpoint.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Lists the layers and weights of a checkpoint.",
    discussion: """
      Examples:
        assay inspect w.h5
        assay inspect w.h5 --stats --hash

      Without --stats and --hash no tensor is read.
      """)

  @Argument(help: ArgumentHelp("The checkpoint.", valueName: "file"), completion: .file())
  var file: String

  @Flag(help: "Adds the range, mean and deviation of every tensor, zeros and non-finite values.")
  var stats = false

  @Flag(help: "Adds the SHA-256 of every tensor's values as little-endian float32.")
  var hash = false

  @Flag(help: "Shows the paths in the file as a tree.")
  var tree = false

  @Flag(help: "Prints JSON.")
  var json = false

  @OptionGroup var trust: TrustOptions

  func validate() throws {
    if tree, json || stats || hash {
      throw ValidationError("--tree shows paths only; leave out --json, --stats and --hash")
    }
  }

  func run() throws {
    let checkpoint = try Checkpoint(contentsOf: file, isolation: trust.isolation)
    if tree { return StandardOutput.show(CheckpointTree(checkpoint).text) }
    let listing = try CheckpointListing(checkpoint, file: file, stats: stats, hash: hash)
    StandardOutput.show(json ? try JSONText.encode(listing) : listing.text)
  }
}
