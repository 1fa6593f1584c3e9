package import Tensors

extension NumPyArray {
  /// Reads the `.npy` file at `path`: the header, then its elements into their final place.
  package init(reading path: String) throws(ArchiveError) {
    let file = try ArchiveFile(reading: path)
    let error = { ArchiveError(file: path, member: nil, reason: $0) }
    let header: NumPyHeader
    let start: Int
    do {
      let opening = try file.bytes(at: 0, count: min(12, file.size))
      let prefix = try NumPyHeader.prefixLength(opening, name: path)
      let length = try NumPyHeader.textLength(opening, name: path)
      start = prefix + length
      header = try NumPyHeader(
        String(decoding: file.bytes(at: prefix, count: length), as: UTF8.self), name: path)
    } catch let error as ArchiveError {
      throw error
    } catch {
      // A NumPyError begins with the file's name, as an ArchiveError does.
      let words = "\(error)"
      let own = words.hasPrefix(path + ": ") ? String(words.dropFirst(path.count + 2)) : words
      throw ArchiveError(file: path, member: nil, reason: .refused(own))
    }
    let size = header.elementCount * header.type.width
    guard file.size - start == size else {
      throw error(
        .damaged(
          "\(file.size - start) bytes of data for \(header.shape) of \(header.type.width) each"))
    }
    self.init(header: header, body: try file.bytes(at: start, count: size))
  }
}
