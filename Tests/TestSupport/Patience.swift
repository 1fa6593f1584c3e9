/// How long a test waits before it takes something for endless.
public enum Patience {
  /// For what a child process may compute for eight or ten seconds: on a machine that others use too, the time that
  /// it waits for a processor comes on top, and is none of its own.
  public static let withChild = Duration.seconds(60)
}
