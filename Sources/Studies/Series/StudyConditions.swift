public import Evaluation

/// What stands in the results of a study beside the numbers, and only whoever began it knows.
public struct StudyConditions: Sendable, Hashable {
  /// Where the protocol came from, if one was named: ``NamedProtocol/source``.
  public var protocolSource: String?
  /// Which images take part, where not all do.
  public var selection: EvaluationManifest.Selection?
  /// How many decoded images are in memory at once, if that was chosen.
  public var imagesInMemory: Int?

  /// Nothing but the numbers.
  public init() {}

  /// Writes them where they belong.
  func complete(_ manifest: inout EvaluationManifest) {
    manifest.preprocessing.source = protocolSource
    manifest.data.selection = selection
  }
}
