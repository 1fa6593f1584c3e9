/// The variables of a MATLAB file of version 5 (`save -v6` or `-v7`), as far as lists need them.
///
/// Format: MathWorks, "MAT-File Format", chapter 1. A 7.3 file is HDF5, and is refused by name.
package struct MatFile: Sendable {
  /// What a variable holds.
  package indirect enum Value: Sendable, Hashable {
    /// Numbers of any type, in MATLAB's column-major order.
    case numbers([Double])
    /// One row of characters.
    case text(String)
    /// An array of structs: the names of the fields, and for each element a value a field.
    case structs(fields: [String], elements: [[Value]])
    /// A cell array.
    case cells([Value])
    /// Sparse, complex, an object, characters in rows.
    case other
  }

  /// The variables in the order of the file.
  package let variables: [(name: String, value: Value)]

  /// Reads the file's bytes; `name` is for the words of an error.
  package init(_ bytes: [UInt8], name: String) throws(ArchiveError) {
    let error = { ArchiveError(file: name, member: nil, reason: $0) }
    guard bytes.count >= 128, bytes[124...125] != [0, 2], bytes[124...125] != [2, 0] else {
      throw error(
        .refused(
          bytes.count < 128
            ? "not a MATLAB file" : "a MATLAB 7.3 file; save it with -v7, which is read"))
    }
    let isBigEndian = bytes[126...127] == Array("MI".utf8)[...]
    guard isBigEndian || bytes[126...127] == Array("IM".utf8)[...] else {
      throw error(.foreign("not a MATLAB file"))
    }
    var variables: [(name: String, value: Value)] = []
    do throws(MatReader.Fault) {
      var reader = MatReader(bytes[128...], isBigEndian: isBigEndian)
      while !reader.isAtEnd {
        let element = try reader.element()
        switch element.type {
        case MatReader.compressed:
          guard let content = Inflater.zlib(element.bytes, limit: Self.largestContent) else {
            throw MatReader.Fault(words: "a variable's deflated bytes are broken, or too many")
          }
          var inner = MatReader(content[...], isBigEndian: isBigEndian)
          let part = try inner.element()
          if part.type == MatReader.matrix {
            variables.append(try inner.matrix(part.bytes, depth: 0))
          }
        case MatReader.matrix: variables.append(try reader.matrix(element.bytes, depth: 0))
        default: break
        }
      }
    } catch let fault {
      throw error(.damaged(fault.words))
    }
    self.variables = variables
  }

  /// The devkit's takes less than one MiB.
  private static let largestContent = 64 << 20
}
