package import JSON

extension JSONValue {
  /// The items of a list or, as the metadata of SavedModels writes them, of a tuple:
  /// `{"class_name": "__tuple__", "items": […]}`.
  package var list: JSONItems? {
    if let array { return array }
    return self["class_name"]?.string == "__tuple__" ? self["items"]?.array : nil
  }
}
