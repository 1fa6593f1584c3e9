import Foundation
#if canImport(FoundationXML)
  import FoundationXML
#endif
import Tensors
import TestSupport
import Testing

@Suite("assay record and assay verify")
struct VerifyCommandTests {
  private let scratch: ScratchFolder
  private let weights = Fixtures.path("checkpoints/digits/digits-regular.keras3.h5")
  private let golden = Fixtures.path("goldens/digits-regular.npz")

  init() throws { scratch = try ScratchFolder() }

  private func verify(_ reference: String, _ more: [String] = []) throws -> AssayRun {
    try AssayRun(
      [
        "verify", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights", weights,
        "--reference", reference,
      ] + more)
  }

  @Test("A run that agrees with Keras exits 0, and its JUnit has a case for every layer")
  func agrees() throws {
    let junit = scratch.path("verify.xml")
    let run = try verify(golden, ["--junit", junit])
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("38 layers agree"))
    let document = try XMLDigest(junit)
    #expect(document.cases == 39 && document.failures == 0)
  }

  @Test(
    "A run that differs exits 1, names the layer and the cause, on every page that is asked for")
  func differs() throws {
    let (junit, page, json) = (
      scratch.path("v.xml"), scratch.path("v.html"), scratch.path("v.json")
    )
    let run = try AssayRun([
      "verify", "--model", "preact-resnet18", "--blocks-per-stage", "3,3,3", "--weights",
      Fixtures.path("goldens/faults/preact.weights.npz"), "--reference",
      Fixtures.path("goldens/faults/preact.kernel-rotated.npz"), "--junit", junit, "--report", page,
      "--json", json,
    ])
    #expect(run.status == 1)
    let table = run.output.split(separator: "\n").filter { $0.hasSuffix("  differs") }
    #expect(!table.isEmpty && table.allSatisfy { $0.count <= 100 }, "\(run.output)")
    #expect(run.messages.contains("first difference at stage2/block2/first"))
    #expect(run.messages.contains("the kernel is rotated by 180°"))
    #expect(try XMLDigest(junit).failures >= 1)
    let html = try String(contentsOfFile: page, encoding: .utf8)
    #expect(html.contains("rotated by 180°") && html.contains("<svg class=\"heat\""))
    // Nothing is loaded from elsewhere.
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("<script"))
    let text = try String(contentsOfFile: json, encoding: .utf8)
    #expect(text.contains("\"first_divergence\"") && text.contains("\"passes\" : false"))
  }

  @Test("Other weights are told as such")
  func otherWeights() throws {
    let run = try AssayRun(
      "verify", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
      Fixtures.path("checkpoints/digits/digits-half.keras3.h5"), "--reference", golden)
    #expect(run.status == 1)
    #expect(run.messages.contains("the weights come from different files"))
    #expect(run.messages.contains("none of"))
  }

  @Test("A recording verifies to the bit, whatever the data format, the batch and the threads")
  func sameness() throws {
    let images = scratch.path("x.npy")
    let first = scratch.path("a.npz")
    let tensor = try Fixtures.tensor("checkpoints/digits/digits-regular.input.npy")
    try NumPyFile.write(tensor, to: images)
    func record(_ more: [String], to path: String) throws {
      let run = try AssayRun(
        [
          "record", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights", weights,
          "--tensors", images, "--out", path,
        ] + more)
      #expect(run.status == 0, "\(run.messages)")
    }
    try record(["--threads", "1", "--batch", "1"], to: first)
    let again = try AssayRun("verify", first, first)
    #expect(again.status == 0 && again.output.contains("38 layers agree"))
    for (threads, batch) in [("1", "2"), ("2", "7"), ("4", "32")] {
      let other = scratch.path("b.npz")
      try record(["--threads", threads, "--batch", batch], to: other)
      let same = try AssayRun("verify", first, other, "--rtol", "0", "--atol", "0")
      #expect(same.status == 0, "\(same.messages)")
    }
    let channelsFirst = try verify(
      first, ["--data-format", "channels_first", "--rtol", "1e-6", "--atol", "0"])
    #expect(channelsFirst.status == 0, "\(channelsFirst.messages)")
    let loops = try verify(first, ["--executor", "reference", "--rtol", "1e-5", "--atol", "0"])
    #expect(loops.status == 0, "\(loops.messages)")
    let strict = try verify(first, ["--executor", "reference", "--rtol", "1e-9", "--atol", "0"])
    #expect(strict.status == 1)
  }

  @Test(
    "Bad goldens end with exit code 65 and the reason",
    arguments: [
      ("nan", "not finite"), ("nan.sampled", "not finite"),
      ("shape", "shape"), ("array-shape", "the manifest says"), ("absent-array", "no array"),
      ("digest", "other images"), ("row", "no samples"), ("version", "version 99"),
      ("no-manifest", "re_lu_6"), ("not-json", "not JSON"), ("truncated", "damaged"),
    ])
  func badGoldens(name: String, words: String) throws {
    let run = try verify(Fixtures.path("goldens/bad/\(name).npz"))
    #expect(run.status == 65, "\(name): \(run.output) \(run.messages)")
    #expect(run.messages.contains(words), "\(name): \(run.messages)")
  }

  @Test("Another network's golden, and one that does not exist, are told apart")
  func foreign() throws {
    let other = try verify(Fixtures.path("goldens/digits-bottleneck.npz"))
    #expect(other.status == 65 && other.messages.contains("images of 3 channels"))
    let network = try AssayRun(
      "verify", "--model", "preact-resnet18", "--blocks-per-stage", "3,3,3", "--weights",
      Fixtures.path("goldens/faults/preact.weights.npz"), "--reference",
      Fixtures.path("goldens/faults/resnet50v2.bgr.npz"))
    #expect(network.status == 65 && network.messages.contains("not of the same network"))
    #expect(try verify(scratch.path("none.npz")).status == 66)
    #expect(try AssayRun("verify", golden).status == 64)
    #expect(try AssayRun("verify", golden, golden, "--rtol", "nan").status == 64)
  }

  @Test(
    "A sound golden of a few layers verifies those, by their connections where a name is unknown",
    arguments: ["sound", "unknown-layer"])
  func sound(name: String) throws {
    let run = try verify(Fixtures.path("goldens/bad/\(name).npz"))
    #expect(run.status == 0, "\(run.messages)")
    #expect(run.output.contains("4 layers agree"))
  }
}

/// What a JUnit file says, counted by an XML parser.
private final class XMLDigest: NSObject, XMLParserDelegate {
  private(set) var cases = 0
  private(set) var failures = 0

  init(_ path: String) throws {
    super.init()
    let parser = XMLParser(data: try Data(contentsOf: URL(fileURLWithPath: path)))
    parser.delegate = self
    #expect(parser.parse())
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    cases += element == "testcase" ? 1 : 0
    failures += element == "failure" ? 1 : 0
  }
}
