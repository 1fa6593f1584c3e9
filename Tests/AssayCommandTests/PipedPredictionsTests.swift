import Testing

@Suite("Predictions that come through a pipe, which can be read only once")
struct PipedPredictionsTests {
  @Test(
    "are reported and compared like those in a file",
    arguments: ["predictions.jsonl", "a.json"])
  func piped(_ file: String) throws {
    let folder = try DocumentedFolder()
    let plain = try folder.run("assay report \(file)")
    #expect(plain.status == 0, "\(plain.messages)")
    let piped = try folder.run("cat \(file) | assay report /dev/stdin")
    // A report names its predictions by their place beside it, which a pipe has not.
    guard file.hasSuffix(".jsonl") else {
      #expect(piped.status == 66 && piped.messages.contains("/dev/predictions.jsonl"))
      return
    }
    #expect(piped.status == 0 && piped.output == plain.output, "\(piped.messages)")
    let compared = try folder.run("assay compare <(cat \(file)) \(file)")
    #expect(compared.status == 0 && compared.output.contains("made alike"), "\(compared.messages)")
  }

  @Test("are missing where there is a folder or nothing")
  func missing() throws {
    let folder = try DocumentedFolder()
    for path in ["val", "nowhere.jsonl"] {
      #expect(try folder.run("assay report \(path)").status == 66, "\(path)")
    }
  }
}
