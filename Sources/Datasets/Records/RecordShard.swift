import Records
import Wire

/// How the records of a data set hold what is needed of them.
struct RecordLayout: Hashable, Sendable {
  /// The feature with the image.
  let image: String
  /// How it holds it.
  let pixels: RecordPixels
  /// The feature with the label.
  let label: String
  /// How it is meant.
  let meaning: RecordLabel.Meaning
  /// The feature with the file's name, if there is one.
  let name: String?
}

/// A file of records, each with an image, which are read as they are needed.
public final class RecordShard: Sendable, Hashable {
  private let file: RecordFile
  private let layout: RecordLayout

  init(_ file: RecordFile, _ layout: RecordLayout) {
    self.file = file
    self.layout = layout
  }

  /// What the record holds as its image; its checksums are looked at again.
  ///
  /// - Throws: ``ImageError`` where it cannot be read, or holds none.
  func contents(offset: Int, item: Int) throws(ImageError) -> ImageSource.Contents {
    let bytes: [UInt8]
    do throws(RecordFault) {
      bytes = try file.bytes(at: RecordPlace(offset: offset, item: item))
    } catch {
      throw ImageError(error)
    }
    let example = try Example.read(bytes).get()
    return try layout.pixels.contents(of: example, key: layout.image)
  }

  /// Two shards are the same if they are one object.
  public static func == (left: RecordShard, right: RecordShard) -> Bool { left === right }

  /// Hashes the object's identity.
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Example {
  /// The example that a record's bytes are, or in the words of an image, why they are none.
  static func read(_ bytes: [UInt8]) -> Result<Example, ImageError> {
    do throws(FormatFault) {
      return .success(try Example(bytes))
    } catch {
      return .failure(ImageError(.damaged, error.detail))
    }
  }
}

extension ImageError {
  /// A record's fault in the words of an image.
  init(_ fault: RecordFault) {
    self.init(fault.isTemporary ? .unreadable : .damaged, fault.reason)
  }
}
