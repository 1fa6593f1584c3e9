public import Datasets
public import Engine
public import Evaluation
public import Models

/// What a search scores under one protocol after another.
public protocol SearchedModel {
  /// The network for images of a size, compiled; of the file's own size, or the one that the user asked for, where
  /// none is given.
  func network(for size: InputSize?) throws -> (model: Model, plan: Plan)

  /// The protocol that the user believes in.
  func preprocessing(for model: Model) throws -> Preprocessing

  /// Which classes the labels stand for, if they begin with the number that is told, or else with the user's.
  func labels(for model: Model, firstLabel: Int?) throws -> ClassLabels

  /// Whether the user said with which number labels begin, so that no other is tried.
  var hasFirstLabel: Bool { get }
}
