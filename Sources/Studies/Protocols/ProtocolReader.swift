import Datasets
package import Foundation
import Yams

/// Reads protocols of YAML, with every number and every name in them checked.
package struct ProtocolReader {
  /// The file that messages name.
  private let file: String

  /// Reads the protocol of a file of this name.
  package init(file: String) { self.file = file }

  private static let settings = [
    "preset", "input_size", "interpolation", "normalize", "min_aspect_dim", "resize_dim",
    "crop_to_aspect_ratio", "labels",
  ]
  private static let labels = [
    "file", "class_order", "class_names", "synsets", "first_label", "class_mask",
    "background_class", "multi_label",
  ]

  /// What the text says; files are as they are written.
  ///
  /// - Throws: ``ProtocolError``.
  package func settings(in data: Data) throws(ProtocolError) -> EvaluationProtocol {
    guard let root = try YAMLText(data, file: file).root else { return EvaluationProtocol() }
    let values = try ProtocolValues(root, file: file, key: "", known: Self.settings)
    return EvaluationProtocol(
      preset: try values.name("preset", among: Preprocessing.presetNames),
      inputSize: try values.size("input_size"),
      interpolation: try values.choice("interpolation"),
      normalize: try values.choice("normalize"),
      minAspectDim: try values.number("min_aspect_dim", in: InputSize.sides),
      resizeDim: try values.number("resize_dim", in: InputSize.sides),
      cropToAspectRatio: try values.truth("crop_to_aspect_ratio"),
      labels: try values["labels"].map { node throws(ProtocolError) in try labels(node) })
  }

  private func labels(_ node: Node) throws(ProtocolError) -> EvaluationProtocol.Labels {
    let values = try ProtocolValues(node, file: file, key: "labels", known: Self.labels)
    var labels = EvaluationProtocol.Labels()
    labels.file = try values.text("file")
    labels.classOrder = try values.text("class_order")
    labels.classNames = try values.text("class_names")
    labels.synsets = try values.text("synsets")
    labels.firstLabel = try values.number("first_label", in: EvaluationProtocol.firstLabels)
    labels.classMask = try values.text("class_mask")
    labels.backgroundClass = try values.truth("background_class")
    labels.multiLabel = try values.truth("multi_label")
    return labels
  }
}
