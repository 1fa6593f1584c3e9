import Binding
import Networks
import Tensors
import Testing

@Suite("A name map of the user's own")
struct NameMapFileTests {
  @Test("A file of two columns is read, and what is written is read again")
  func roundTrip() throws {
    let text = """
      # mine
      stage{s}/block{b}/project  s{s-1}.{b:a}.short

      stage{s}/block{b}/main\ts{s-1}.{b:a}.conv\r
      logits  fc
      """
    let map = try NameMap(parsing: text)
    let names = ["s1.a.short", "s1.a.conv", "s1.b.short", "s1.b.conv"]
    let checkpoint = Sample.checkpoint(names, head: "fc")
    let graph = try Sample.graph()
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    for map in [map, try NameMap(parsing: map.text)] {
      let bound = try graph.bound(to: checkpoint, using: map)
      #expect(try kernels.map { try bound.values(of: $0)[0] } == [0, 1, 2, 3])
    }
  }

  @Test("Blocks of a long stage may be numbered after the first letter, as Caffe's are")
  func numberedLetters() throws {
    let map = try NameMap(
      parsing:
        "stage{s}/block{b}/project r{s}{b:b1}_1\nstage{s}/block{b}/main r{s}{b:b1}_2\nlogits fc")
    let names = ["r2a_1", "r2a_2", "r2b1_1", "r2b1_2"]
    let graph = try Sample.graph()
    let kernels = graph.parameters.filter { $0.role == .kernel && $0.shape.rank == 4 }
    for map in [map, try NameMap(parsing: map.text)] {
      let bound = try graph.bound(to: Sample.checkpoint(names, head: "fc"), using: map)
      #expect(try kernels.map { try bound.values(of: $0)[0] } == [0, 1, 2, 3])
    }
  }

  @Test(
    "A line that is no rule is refused with its number",
    arguments: [
      ("a b\nc", "line 2: a rule has two columns, this has 1"),
      ("a{s b", "line 1: a{s: a brace without its partner"),
      ("a{s-1} b", "line 1: a{s-1}: {s-1} is no hole"),
      ("a{s} b{t}", "line 1: b{t}: {t} is not in the left column"),
      ("a{s} b{s*2}", "line 1: b{s*2}: {s*2} is no hole"),
      ("a b{#}c", "line 1: b{#}c: {#} stands at the end of a name"),
    ])
  func refused(_ text: String, _ message: String) {
    let error = #expect(throws: NameMapError.self) { try NameMap(parsing: text) }
    #expect(error?.description == message)
  }

  @Test("Two rules for one layer are refused before they are used")
  func twice() throws {
    let map = try NameMap(parsing: "stage{s}/block{b}/main a\nstage2/block{b}/main b\n")
    #expect(throws: NameMapError.self) { try map.check(for: Sample.graph()) }
  }
}
