import HDF5
import TestSupport
import Testing

@Suite("Writing an HDF5 file")
struct HDF5WriterTests {
  @Test("gives back groups, arrays and text as they were written")
  func roundTrip() throws {
    let path = try ScratchFolder()
    let values = FormulaWeights.values("written", 0, count: 24)
    let writer = try HDF5Writer(creating: path.path("new.h5"))
    try writer.createGroup("layer/empty")
    try writer.write(values, shape: [2, 3, 4], at: "layer/inner/kernel:0")
    try writer.write([0.5], shape: [], at: "scalar")
    try writer.write(["größe", "", "b"], attribute: "names", of: "layer")
    try writer.write([], attribute: "none", of: "layer/empty")
    try writer.write("one", attribute: "version", of: "/")
    try writer.close()

    let root = try HDF5File(reading: path.path("new.h5")).root()
    #expect(try root.links().map(\.name) == ["layer", "scalar"])
    let kernel = try root.dataset("layer/inner/kernel:0")
    #expect(kernel.shape == [2, 3, 4])
    #expect(kernel.type == .float(.single, .little))
    #expect(try kernel.floats() == values)
    #expect(try root.dataset("scalar").floats() == [0.5])
    let layer = try root.group("layer")
    #expect(try layer.attribute("names")?.strings() == ["größe", "", "b"])
    #expect(try layer.group("empty").attribute("none")?.strings() == [])
    #expect(try root.attribute("version")?.string() == "one")
  }

  @Test("says which file cannot be created")
  func noFolder() throws {
    let error = #expect(throws: HDF5Error.self) {
      _ = try HDF5Writer(creating: "/nowhere/at/all.h5")
    }
    #expect(error?.file == "/nowhere/at/all.h5")
    guard case .notWritten = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("refuses to write two arrays to one place")
  func twice() throws {
    let scratch = try ScratchFolder()
    let writer = try HDF5Writer(creating: scratch.path("new.h5"))
    try writer.write([1], shape: [1], at: "a/b")
    let error = #expect(throws: HDF5Error.self) { try writer.write([2], shape: [1], at: "a/b") }
    #expect(error?.object == "/a/b")
  }
}
