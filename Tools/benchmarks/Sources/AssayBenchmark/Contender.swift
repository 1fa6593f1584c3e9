/// Something that takes images, whose rate is measured in every round beside all others.
///
/// Another engine on the same task is one more of these.
struct Contender {
  /// What it is, in the words of the results.
  let name: String
  /// The threads that it keeps busy.
  let threads: Int
  /// Multiply-accumulates for one image, where they are all that it does.
  var multiplyAccumulates: Int?
  /// The contender that its rate is also compared with.
  var baseline: String?
  /// Whether it goes the whole way from files to top-1 and top-5.
  var isEvaluation = false
  /// Takes all its images once, and says how many they were.
  let run: () async throws -> Int
}
