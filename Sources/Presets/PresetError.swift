/// Why a preset cannot be run: what names the file, the class and the key.
package struct PresetError: Error, Hashable, CustomStringConvertible {
  /// In words, without the folder.
  package let description: String

  package init(_ description: String) { self.description = description }
}
