import CSandbox
import Glibc

/// A pipe that closes with this process, by which a confined one learns of its end.
struct Lifeline: ~Copyable, Sendable {
  private let ours: Int32
  /// The end for the confined process, which may stay open here too: it signals nothing.
  let theirs: Int32

  init() throws(SandboxError) {
    var ends: (ours: Int32, theirs: Int32) = (-1, -1)
    let code = unsafe assay_sandbox_create_lifeline(&ends.ours, &ends.theirs)
    guard code == 0 else { throw .notStarted("no pipe: \(SystemError.text(code))") }
    (ours, theirs) = ends
  }

  deinit {
    close(ours)
    close(theirs)
  }
}
