public import Datasets
public import Networks

/// Why a data set cannot be scored with a network.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
  /// The folder and the network have different numbers of classes.
  case classCount(folder: String, classes: Int, network: Int)
  /// Sets of labels are of more or fewer names than the network has outputs.
  case labelCount(String, labels: Int, network: Int)
  /// Each class is a question of its own, and the network's outputs are no sigmoids of several classes.
  case noSigmoids(OutputActivation)
  /// Each class is a question of its own, and no file says how the network ends.
  case unknownEnd(String)
  /// The list of names has not one name for each class of the network.
  case nameCount(names: Int, network: Int)
  /// A class folder whose name is no class of the network.
  case unknownClass(folder: String, name: String)
  /// Labels are numbers, and do not show whether the background class is counted.
  case ambiguousNumbers(String)
  /// Labels are numbers, and do not show whether they count from 0 or from 1.
  case unknownFirstLabel(String, LabelNumbering, classes: Int)
  /// A label that is no class of the network.
  case label(Int, path: String, classes: Int)
  /// An image of a class that the mask leaves out.
  case masked(String, path: String)
  /// The plan takes the statistics of the batch, so images would influence each other.
  case batchStatistics
  /// Plans that are to score the same images read different inputs.
  case differentInputs

  /// What does not fit.
  public var description: String {
    switch self {
    case .classCount(let folder, let classes, let network):
      "\(folder): \(classes) class folders, but the network has \(network) classes"
    case .labelCount(let data, let labels, let network):
      "\(data): the sets of labels are of \(labels) names, but the network has \(network) outputs"
    case .noSigmoids(.binary):
      "the network has one output, which answers one question: a column 'label' of 0 and 1 labels it, and no "
        + "sets"
    case .noSigmoids:
      "the labels are sets, each label a question of its own, but of the network's softmax one class is "
        + "right"
    case .unknownEnd(let file):
      "\(file): the labels are sets, and nothing says that the network ends in sigmoids, a question each"
    case .nameCount(let names, let network):
      "\(names) class names for a network of \(network) classes"
    case .unknownClass(let folder, let name):
      "\(folder): the class \(name) is not among the class names"
    case .ambiguousNumbers(let data):
      "\(data): class 0 of the network is background, and the labels do not show whether they count it"
    case .unknownFirstLabel(let data, let numbering, let classes):
      "\(data): its labels are \(numbering.lowest) to \(numbering.highest), which for \(classes) classes "
        + "may count from 0 or from 1"
    case .label(let label, let path, let classes):
      "\(path): label \(label) is no class of a network of \(classes)"
    case .masked(let name, let path):
      "\(path): its class \(name) is not in the class mask"
    case .batchStatistics: "a plan with batch statistics cannot evaluate images one by one"
    case .differentInputs: "the networks do not read the same input"
    }
  }
}
