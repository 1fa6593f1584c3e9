import Foundation
import TestSupport
import Testing

@Suite("What is typed wrong, and what a shell completes")
struct CommandLineTests {
  private let rest = ["--weights", "w.h5", "--data", "."]

  @Test(
    "A model in another spelling is named, and one that resembles none is not",
    arguments: [
      ("ResNet50V2", "resnet50v2"), ("Preact_ResNet-18", "preact-resnet18"),
      ("SqueezeNet", "squeezenet"), ("resnet5Ov2", "resnet50v2"), ("ResNet50:keras", "resnet50"),
      ("VGG-16", "vgg16"), ("DenseNet_121", "densenet121"),
    ])
  func models(typed: String, meant: String) throws {
    // A dialect of an existing network is known or not, but its name is not what is wrong.
    let run = try AssayRun(
      ["evaluate", "--model", typed + (typed.contains(":") ? "-of-nobody" : "")] + rest)
    #expect(run.status == 64)
    #expect(
      run.messages.contains("; did you mean \(meant)? 'assay models' lists"), "\(run.messages)")
  }

  @Test(
    "No model is proposed for a network of another kind", arguments: ["swin_tiny", "vit_b16", ""])
  func otherModels(typed: String) throws {
    let run = try AssayRun(["evaluate", "--model", typed] + rest)
    #expect(run.status == 64 && run.messages.contains("'; 'assay models' lists"), "\(run.messages)")
  }

  @Test(
    "A misspelled subcommand or option is named with the one that was meant",
    arguments: [
      (["evaluat", "--model", "resnet50"], "unknown subcommand 'evaluat'; did you mean evaluate?"),
      (["Predict"], "unknown subcommand 'Predict'; did you mean predict?"),
      (["train"], "unknown subcommand 'train'; 'assay --help' lists all"),
      (["predict", "--modle", "x"], "unknown option '--modle'; did you mean --model?"),
      (["evaluate", "--weigths=w.h5"], "unknown option '--weigths'; did you mean --weights?"),
      (["inspect", "x.h5", "--jsno"], "unknown option '--jsno'; did you mean --json?"),
    ])
  func misspellings(arguments: [String], message: String) throws {
    let run = try AssayRun(arguments)
    #expect(run.status == 64)
    #expect(run.messages.contains(message), "\(run.messages)")
  }

  @Test(
    "A part of a run that there is not is refused, and says how parts count",
    arguments: [
      ("0/2", "parts count from 1, so of 2 they are 1/2 to 2/2"), ("3/2", "parts count from 1"),
      ("1/0", "a run is cut into 1 to 1000000 parts"), ("2", "write a part and their number"),
      ("auto/x", "write a part and their number"),
    ])
  func shards(shard: String, message: String) throws {
    let run = try AssayRun(
      "evaluate", "--model", "resnet50", "--weights", "w.h5", "--data", ".", "--out", "o",
      "--shard", shard)
    #expect(run.status == 64 && run.messages.contains(message), "\(run.messages)")
  }

  @Test(
    "A result tells the batch that was asked for, and what a thread has of it", arguments: [1, 2])
  func batch(threads: Int) throws {
    let run = try AssayRun([
      "evaluate", "--model", "preact-resnet18", "--blocks-per-stage", "2,2", "--weights",
      Fixtures.path("checkpoints/digits/digits-regular.weights.h5"), "--data",
      Fixtures.path("digits/validation"), "--preset", "keras-tf", "--normalize", "tf",
      "--input-size", "32", "--batch", "8", "--threads", "\(threads)",
    ])
    let words = threads == 1 ? "1 thread" : "2 threads"
    #expect(run.output.contains("; batch 8, \(words) of 4 at once, "), "\(run.output)")
    #expect(run.output.contains("\n4 images at once take "))
  }

  @Test("Shells complete models, presets and files", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let run = try AssayRun("--generate-completion-script", shell)
    #expect(run.status == 0)
    for word in ["squeezenet1.1", "tf-official"] {
      // Help names them too, with a comma behind.
      #expect(run.output.contains(try Regex("\(word)['\" \n]")), "\(word)")
    }
  }
}
