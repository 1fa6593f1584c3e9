import Foundation

/// How much the tests of full-size networks run.
public enum Thoroughness {
  /// Whether every size of a family takes part, as `Tools/nightly` asks by `ASSAY_EVERY_SIZE=1`: the deep ones
  /// repeat the blocks of the shallow ones, and take a minute that every change need not wait for.
  public static let isWhole = ProcessInfo.processInfo.environment["ASSAY_EVERY_SIZE"] == "1"
}
