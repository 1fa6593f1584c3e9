import Binding
import Checkpoints
import Datasets
import Evaluation
import Layers
import Models
import Networks
import Runs

// What the command's options do about an error of the library, in words that follow the error's own.

extension DatasetError {
  var wayOut: String? {
    guard case .undecided(_, let choice, _) = self else { return nil }
    return switch choice {
    case .split: "--split names one"
    case .imageKey: "--image-key tells it"
    case .labelKey: "--label-key tells it"
    case .labelSets: "--multi-label takes rows of several for sets"
    }
  }
}

extension EvaluationError {
  var wayOut: String? {
    switch self {
    case .classCount(_, let classes, let network):
      "with --class-names, folders are matched by name"
        + (classes + 1 == network && network > 2
          ? ", with --background-class, class 0 has no folder" : "")
    case .labelCount: "--class-names lists them all, in the order of the outputs"
    case .noSigmoids(.binary): nil
    case .noSigmoids: "--no-multi-label counts an image whose first guess is in its set"
    case .unknownEnd: "--multi-label says so"
    case .ambiguousNumbers:
      "--first-label 0 says that they do, --first-label -1 that they do not"
    case .unknownFirstLabel: "--first-label tells"
    case .label: "--first-label tells with which number labels begin"
    case .nameCount, .unknownClass, .masked, .batchStatistics, .differentInputs: nil
    }
  }
}

extension RunError {
  var wayOut: String? {
    switch self {
    case .exists: "--resume goes on with it"
    case .notSharded: "--resume ends it"
    case .otherEngines:
      "choose machines of one kind (Slurm: --constraint), or allow it by --mixed-engines, which the "
        + "report then says"
    case .incomplete: "the same command with --shard, or 'assay submit --resume', does these again"
    case .noShard(let reason):
      switch reason {
      case .noPlace: "say it in numbers, as --shard 3/64"
      case .severalPlaces: "say which one in numbers, as --shard 3/64"
      case .noCount: "say it, as --shard auto/64"
      case .partOfArrayFromZero: "say it, as --shard $((SLURM_ARRAY_TASK_ID + 1))/64"
      case .otherCount, .beyond: nil
      }
    case .busy, .noRun, .another, .damaged, .cannotCreate, .inputOutput: nil
    }
  }
}

extension OrderError {
  var wayOut: String? {
    switch self {
    case .inner: "give the names with --map"
    case .swappable: "give their names with --map"
    case .noOrder, .count: nil
    }
  }
}

extension CheckpointExport.Incomplete {
  /// The same as ``description``, with the option that tells what lacks.
  var words: String {
    self == .kernelLayout ? "\(description) (--kernel-layout)" : description
  }
}

extension LayerRemedy {
  /// The same as ``description``, with the option that does it.
  var wayOut: String {
    switch self {
    case .alias(let name): "--layer-alias \(name)=Dropout says that it does what a Dropout does"
    case .ignoring(let setting): "--ignore-setting \(setting) takes it for one that changes nothing"
    case .inputSize: "--input-size tells the size of the images"
    case .file(let words): words
    }
  }
}

extension ModelError.Fact {
  /// The same as ``description``, with the option that follows from it.
  var words: String {
    switch self {
    case .noHead:
      "the file has no head, as after include_top=False; 'assay predict --features' gives its pooled "
        + "features, scoring needs the weights of the head"
    case .fits(let network): "the file fits --model \(network)"
    case .leftOut, .note: description
    }
  }
}
