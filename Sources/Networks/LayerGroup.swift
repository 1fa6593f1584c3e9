/// Layers that belong together: a model inside the model, or a block of an architecture.
public struct LayerGroup: Sendable, Hashable {
  /// The name, behind those of the groups around it; of a model that is called twice the same each time.
  public let path: String
  /// The layers that one call of it made, by their places among the graph's.
  public let layers: Range<LayerSpan.ID>

  package init(path: String, layers: Range<LayerSpan.ID>) {
    self.path = path
    self.layers = layers
  }
}

extension Tracer {
  /// Begins a group; what is called until ``close(_:)`` belongs to it.
  package func open(groupAt path: String) -> OpenGroup {
    OpenGroup(path: path, first: layers.count, place: groups.count)
  }

  /// Ends a group of several layers, which stands before those inside it.
  package func close(_ group: OpenGroup) {
    // One layer is no group, whatever is around it.
    guard layers.count > group.first + 1 else { return }
    groups.insert(
      LayerGroup(path: group.path, layers: group.first..<layers.count), at: group.place)
  }

  /// A group whose last layer has not been called yet.
  package struct OpenGroup {
    let path: String
    let first: Int
    let place: Int
  }
}
