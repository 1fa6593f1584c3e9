import Foundation

/// The order in which Keras's `image_dataset_from_directory` listed the digits.
public enum KerasOrder {
  /// The paths below `Fixtures/digits/validation`.
  public static func paths() throws -> [String] {
    struct File: Decodable { let paths: [String] }
    return try JSONDecoder().decode(
      File.self, from: Fixtures.data("checkpoints/digits/order.json")
    ).paths
  }
}
