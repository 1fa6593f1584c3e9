import KerasConfigs
import Networks
import Tensors

/// What is done with a stranger's config before any weight is looked at, for those who try hostile ones.
package enum ConfigParsers {
  /// Reads a config and runs its network on symbolic values; returns how many calls its results need.
  package static func calls(in text: String) throws -> Int {
    guard let model = try KerasConfig(text).model else { return 0 }
    let extent = model.imageExtent
    let image = ImageShape(
      height: extent?.height ?? 16, width: extent?.width ?? 16, channels: 3)
    var table = TermTable()
    return ConfiguredNetwork(model, image: image, in: &table).steps.count
  }
}
