import Checkpoints
import Foundation
import HDF5
import TestSupport
import Testing

@Suite("A checkpoint that cannot be opened")
struct CheckpointErrorTests {
  private func error(at path: String) throws -> CheckpointError {
    try #require(throws: CheckpointError.self) { _ = try Checkpoint(contentsOf: path) }
  }

  private func error(_ content: [UInt8]) throws -> CheckpointError {
    let scratch = try ScratchFolder()
    return try error(at: scratch.write(content, as: "weights.h5"))
  }

  @Test("because it is missing says so, and nothing else does")
  func missing() throws {
    #expect(try error(at: "no/such.h5") == .missing(file: "no/such.h5"))
    #expect(try error(at: "no/such.h5").description == "no/such.h5: no such file")
  }

  @Test(
    "because it is something else says what that looks like",
    arguments: [
      (Array("".utf8), "the file is empty"),
      (Array("epoch 1: loss 0.3 größer\n".utf8), "a text file"),
      (Array("<!DOCTYPE html>\n<html lang=en>".utf8), "a web page"),
      (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "git lfs pull"),
      ([0x1F, 0x8B, 8, 0], "a gzip file"), ([0x80, 4, 0x95], "a Python pickle"),
      ([0, 1, 2, 3, 0xFF], "not an HDF5 file"),
    ])
  func otherContent(_ content: [UInt8], _ words: String) throws {
    let error = try error(content)
    guard case .notACheckpoint(let file, let looksLike) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(file.hasSuffix("weights.h5"))
    #expect(looksLike.contains(words))
    #expect(error.description.contains("not a Keras checkpoint"))
  }

  @Test("because it is a directory says so, and knows a SavedModel")
  func directory() throws {
    let scratch = try ScratchFolder()
    let path = scratch.url.path(percentEncoded: false)
    #expect(try error(at: path) == .notACheckpoint(file: path, looksLike: "a directory"))
    _ = try scratch.write([UInt8](), as: "saved_model.pb")
    #expect(try error(at: path).description.contains("SavedModel"))
  }

  @Test("because it is HDF5 of somebody else names what it holds")
  func foreign() throws {
    let error = try error(at: Fixtures.path("checkpoints/formats/links.h5"))
    guard case .notACheckpoint(_, let looksLike) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(looksLike.contains("its root holds dangling, external, real, soft, soft_group"))
  }

  @Test(
    "because it is cut short is damaged, wherever the cut is",
    arguments: ["legacy_tfkeras.h5", "whole_keras3.h5", "v3_keras3.weights.h5"],
    [0.001, 0.02, 0.3, 0.7, 0.99, 0.99999])
  func truncated(_ file: String, _ part: Double) throws {
    let whole = try Fixtures.data("checkpoints/formats/\(file)")
    let length = max(9, min(whole.count - 1, Int(part * Double(whole.count))))
    let error = try error([UInt8](whole.prefix(length)))
    guard case .damaged(_, nil, let detail) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(!detail.isEmpty)
    #expect(error.description.contains("download the file again"))
  }

  @Test(
    "because of something in it names that thing",
    arguments: [
      ("legacy_soft_link.h5", "/dense/dense/kernel:0", "a soft link"),
      ("legacy_external_link.h5", "/dense/dense/kernel:0", "an external link"),
      ("v3_soft_link.weights.h5", "/layers/dense_1", "a soft link"),
      ("v3_cycle.weights.h5", "/layers/dense/layers", "a second name"),
      ("v3_huge.weights.h5", "/layers/dense/vars/0", "over the limit of 4 GiB"),
    ])
  func refused(_ file: String, _ place: String, _ words: String) throws {
    let error = try error(at: Fixtures.path("checkpoints/formats/\(file)"))
    guard case .unsupported(_, let object, let detail) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(object == place)
    #expect(detail.contains(words))
  }

  @Test("because it is nested too deep says so")
  func deep() throws {
    let error = try error(at: Fixtures.path("checkpoints/formats/v3_deep.weights.h5"))
    #expect(error.description.hasSuffix("nested deeper than 64 groups"))
  }

  @Test("because a listed weight is not there names the weight")
  func missingWeight() throws {
    let error = try error(at: Fixtures.path("checkpoints/formats/missing_weight.h5"))
    guard case .damaged(_, "/dense/dense/kernel:0", "named in a list but not in the file") = error
    else {
      Issue.record("\(error)")
      return
    }
  }

  /// A legacy file of one dense layer whose lists are as given.
  private func write(layers: [String], weights: [String]) throws -> CheckpointError {
    let scratch = try ScratchFolder()
    let writer = try HDF5Writer(creating: scratch.path("own.h5"))
    try writer.write(layers, attribute: "layer_names", of: "/")
    try writer.write([1], shape: [1], at: "fc/kernel:0")
    try writer.write(weights, attribute: "weight_names", of: "fc")
    try writer.close()
    return try error(at: scratch.path("own.h5"))
  }

  @Test("because a name is listed twice names it")
  func repeated() throws {
    let layer = try write(layers: ["fc", "fc"], weights: ["kernel:0"])
    #expect(layer.description.contains("fc is listed twice"))
    let weight = try write(layers: ["fc"], weights: ["kernel:0", "kernel:0"])
    #expect(weight.description.contains("own.h5: /fc: damaged: kernel:0 is listed twice"))
  }

  @Test("because small tensors together claim more than the file can hold says how much")
  func emptyClaims() throws {
    let error = try error(at: Fixtures.path("checkpoints/formats/v3_many_claims.weights.h5"))
    #expect(error.description.contains("claims 33554432 bytes of weights in a file of"))
  }
}
