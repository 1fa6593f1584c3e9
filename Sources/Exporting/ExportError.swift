/// Why a network cannot be written for Keras.
package struct ExportError: Error, Hashable, CustomStringConvertible {
  /// The path of the layer.
  package let layer: String
  /// Its class.
  package let kerasClass: String
  /// What is wrong with it, in words that follow its name and class.
  package let problem: String

  /// The layer, its class and the problem in one line.
  package var description: String { "layer '\(layer)' (\(kerasClass)) \(problem)" }
}
