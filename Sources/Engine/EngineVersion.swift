/// The version of the numbers that this engine computes.
public enum EngineVersion {
  /// Raise it with every change after which a network's outputs may differ in any bit: of kernels, of loops, of
  /// graph passes, of the choice between them, and of the importing of networks.
  ///
  /// It stands in the plan of a run, so that nothing that another version began is gone on with: half of such
  /// a result would be computed otherwise than the other half.
  public static let current = 9
}
