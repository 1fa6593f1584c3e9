import Digests
import Tensors

/// Which images predictions are of, told of predictions that pass by one after another.
package struct DataTally {
  /// What was to be scored.
  private let planned: EvaluationManifest
  private var (images, rotated) = (0, 0)
  private var contents = SHA256()
  private var (names, labels) = (NameDigest(), LabelDigest())

  /// Of what was to be scored.
  package init(of planned: EvaluationManifest) { self.planned = planned }

  /// Adds the next.
  package mutating func add(_ prediction: Prediction) {
    images += 1
    if prediction.isRotated { rotated += 1 }
    var text = Array(prediction.path.utf8)
    text.append(0)
    names.add(text)
    text += prediction.sha256.utf8
    text.append(0)
    contents.update(data: text)
    labels.add(prediction.labels)
  }

  /// Whether these are predictions for the images that were planned, by their names and labels.
  package var isAsPlanned: Bool {
    planned.data.images == images && planned.data.sha256 == names.hexadecimal
      && planned.data.labelsSha256 == labels.hexadecimal
  }

  /// The manifest when all images are done: their bytes in place of their names.
  package var manifest: EvaluationManifest {
    var manifest = planned
    manifest.data.images = images
    manifest.data.sha256 = contents.finalize().hexadecimal
    manifest.data.labelsSha256 = labels.hexadecimal
    manifest.data.exifOrientationsIgnored = rotated
    return manifest
  }
}

/// One SHA-256 over the right classes of many images, in order, before or after they are scored.
struct LabelDigest {
  private var hash = SHA256()

  /// Adds those of the next image.
  mutating func add(_ labels: [Int]) {
    var text: [UInt8] = [0x5B]
    for (index, label) in labels.enumerated() {
      if index > 0 { text += [0x2C, 0x20] }
      text += String(label).utf8
    }
    text += [0x5D, 0x0A]
    hash.update(data: text)
  }

  /// The hash so far.
  var hexadecimal: String { hash.finalize().hexadecimal }
}

/// One SHA-256 over the names of many images, in order, before or after they are scored.
struct NameDigest {
  private var hash = SHA256()

  /// Adds that of the next image, and a zero after it.
  mutating func add(_ name: [UInt8]) { hash.update(data: name) }

  /// The hash so far.
  var hexadecimal: String { hash.finalize().hexadecimal }
}
