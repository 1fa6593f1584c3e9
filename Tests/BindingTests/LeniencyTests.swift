import Binding
import Networks
import Testing

@Suite("Leniency is a list of names")
struct LeniencyTests {
  @Test("What is listed may be missing, left over or of another shape, and is said")
  func listed() throws {
    let names = ["conv2_block1_1_conv", "conv2_block1_9_conv"] + Sample.scopedNames.dropFirst(2)
    let checkpoint = Sample.checkpoint(names, classes: 4)
    let leniency = BindingLeniency(
      missing: ["stage2/block1/project/*"], unused: ["conv2_block1_9*"], mismatched: ["logits"])
    let graph = try Sample.graph()
    let plan = try BindingPlan(graph, to: checkpoint, using: Sample.scoped, allowing: leniency)
    #expect(plan.allowances.count == 6)
    #expect(plan.allowances.contains("missing: stage2/block1/project/bias"))
    #expect(plan.allowances.contains("of another shape: logits/kernel 2×3, not 2×4"))
    #expect(plan.steps.count == 6)
    let kernel = try #require(graph.parameters.first { $0.path == "logits/kernel" })
    #expect(try plan.boundGraph.values(of: kernel) == Array(repeating: 0, count: 6))
    // Half of the list is not enough.
    #expect(throws: BindingError.self) {
      try BindingPlan(
        graph, to: checkpoint, using: Sample.scoped,
        allowing: BindingLeniency(missing: leniency.missing, unused: leniency.unused))
    }
  }

  @Test(
    "A star stands for any characters",
    arguments: [
      ("a/b", "a/b", true), ("a/b", "a/bc", false), ("a*", "abc", true), ("*c", "abc", true),
      ("a*c*e", "abcde", true), ("a*e*c", "abcde", false), ("aa*a", "aa", false),
      ("*", "", true), ("*x*", "abc", false),
    ])
  func patterns(_ pattern: String, _ name: String, _ matches: Bool) throws {
    let checkpoint = Sample.checkpoint(Sample.scopedNames + [name + "!"])
    let allowing = BindingLeniency(unused: [pattern + "!"])
    let plan = try? BindingPlan(
      Sample.graph(), to: checkpoint, using: Sample.scoped, allowing: allowing)
    #expect((plan != nil) == matches)
  }
}
