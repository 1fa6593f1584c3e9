/// The images of a folder, for who asks only what they are and not how they are labelled.
public struct ImageFolder: Sendable {
  /// The images of the folder and of all folders in it, sorted as a class folder's are.
  public let images: [ImageLocation]
  /// What the folder holds beside them, in a line; `nil` where there is nothing of note.
  public let note: String?

  /// Lists a folder; links to folders in it are not followed, and no file is opened.
  ///
  /// - Parameter extensions: Which files are images.
  /// - Throws: ``DatasetError`` where the folder is missing, is no folder, or cannot be read, and where it
  ///   holds no image.
  public init(_ path: String, extensions: ImageExtensions = .all) throws(DatasetError) {
    let root = ImageLocation(path: path)
    let files = try ImageTree.paths(of: nil, in: root)
    images = files.filter { extensions.contain($0) }.map { root.appending($0) }
    note = PassedOver(files, by: extensions).note
    guard !images.isEmpty else { throw .noFiles(path) }
  }
}
