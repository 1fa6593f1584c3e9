/// In which order the folders of a folder per class are the classes 0, 1, 2, ….
public enum ClassOrder: Sendable, Hashable {
  /// By code point, as Keras and torchvision; a class without images keeps its index.
  case codePoint
  /// By timm's `natural_key`: `2` before `10`, whatever the case. As in timm a class without images
  /// has no index, and the images too are in the natural order of their paths.
  case natural
  /// As given: a folder that is not listed is an error, a listed class without folder keeps its index.
  case given([String])
}
