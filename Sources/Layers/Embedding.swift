public import Networks
import Tensors

/// Rows of a table, told by whole numbers (Keras `Embedding`).
///
/// Input of any shape, output `… × length`. Weight: embeddings `rows × length`.
public struct Embedding: Layer {
  /// The number of rows.
  public var rows: Int
  /// The length of a row.
  public var length: Int

  /// `Embedding`.
  public var kerasClass: String { "Embedding" }

  /// Adds the look-up; a number without a row gives no numbers.
  public func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    let table = variables(.embeddings, [rows, length])
    return [table.applying(.gather(axis: 0), [inputs[0]])]
  }

  init(_ settings: inout SettingsReader) throws(LayerError) {
    rows = try settings.count("input_dim")
    length = try settings.count("output_dim")
    if try settings.truth("mask_zero") == true {
      throw LayerError(
        "has mask_zero true: what follows leaves places out that no edge of the graph tells",
        remedy: .file("save the model with mask_zero=False if no image has the number 0"))
    }
  }
}
