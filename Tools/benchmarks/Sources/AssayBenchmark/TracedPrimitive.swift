/// One line of oneDNN's report: what ran, and how long.
struct TracedPrimitive {
  /// `convolution`, `batch_normalization`, `reorder`.
  let kind: String
  /// The kernel that oneDNN chose, `jit:avx512_core`.
  let kernel: String
  /// The extents, `mb4_ic64oc64_ih56oh56kh3sh1dh0ph1_…`.
  let problem: String
  let milliseconds: Double

  /// Reads a line; `nil` for all lines but those of something that ran.
  ///
  /// `…,exec,cpu,kind,kernel,propagation,layouts,attributes,extra,problem,milliseconds`
  init?(line: Substring) {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    guard let exec = fields.firstIndex(of: "exec"), fields.count > exec + 5,
      let last = fields.last, let milliseconds = Double(last)
    else { return nil }
    // oneDNN 2.x counts the versions of its interface here, of which only one ever runs.
    kind = String(fields[exec + 2].replacing("_v2", with: ""))
    kernel = String(fields[exec + 3])
    problem = String(fields[fields.count - 2])
    self.milliseconds = milliseconds
  }
}
