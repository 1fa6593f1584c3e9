/// placeholder, replaced by the layouts branch
public struct ClassIndex: Sendable, Hashable {
  /// names
  public let names: [String]
  /// init
  public init(names: [String]) throws(DatasetError) { self.names = names }
  /// lookup
  public func index(of name: String) -> Int? { names.firstIndex(of: name) }
}
