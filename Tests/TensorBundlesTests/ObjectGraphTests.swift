import TensorBundles
import TestSupport
import Testing
import Wire

@Suite("The graph of objects in a bundle")
struct ObjectGraphTests {
  private let ending = "/.ATTRIBUTES/VARIABLE_VALUE"

  /// The stored graph of a small network that was trained with an optimizer with slots.
  private func stored() throws -> [UInt8] {
    let bundle = try TensorBundle(prefix: Fixtures.path("checkpoints/tensorflow/trained"))
    let entry = try #require(bundle.entries.first { $0.key == ObjectGraph.key })
    return try bundle.strings(entry)[0]
  }

  @Test("has the variables' own names, and tells the optimizer's slots")
  func names() throws {
    let graph = try ObjectGraph(stored()[...])
    #expect(graph.names["layer_with_weights-0/kernel\(ending)"] == "stem/kernel")
    #expect(graph.names["layer_with_weights-1/moving_variance\(ending)"] == "norm/moving_variance")
    // Adam keeps two moments of each of the twelve trained variables.
    #expect(graph.slotKeys.count == 24)
    #expect(
      graph.slotKeys.contains("layer_with_weights-0/kernel/.OPTIMIZER_SLOT/optimizer/m\(ending)"))
  }

  @Test("with any byte changed, or cut anywhere, is refused or read")
  func changed() throws {
    let bytes = try stored()
    var (refused, read) = (0, 0)
    func attempt(_ spoiled: ArraySlice<UInt8>) {
      do throws(FormatFault) {
        _ = try ObjectGraph(spoiled)
        read += 1
      } catch {
        refused += 1
      }
    }
    for place in bytes.indices {
      var spoiled = bytes
      spoiled[place] ^= UInt8(1 << (place % 8))
      attempt(spoiled[...])
      attempt(bytes[..<place])
    }
    #expect(refused > 500 && read > 500)
  }
}
