public import Engine
public import Foundation

extension CalibrationFile {
  /// More bytes have no calibration: it has a line or three for each of a network's maps.
  static let largestFile = 1 << 26

  /// Reads the file at `path`.
  ///
  /// - Throws: ``CalibrationError``.
  public init(contentsOf path: String) throws(CalibrationError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .missing(path) }
    try self.init(json: data, file: path)
  }

  /// Reads what ``json()`` wrote, with every number in it checked; `file` is what messages name.
  ///
  /// - Throws: ``CalibrationError``.
  public init(json data: Data, file: String) throws(CalibrationError) {
    guard data.count <= Self.largestFile else { throw .notACalibration(file) }
    let decoder = JSONDecoder()
    // The form first, for another form has other fields.
    guard let form = try? decoder.decode(Form.self, from: data).format else {
      throw .notACalibration(file)
    }
    guard form == Self.form else {
      throw Form.earlier.contains(form) ? .earlierForm(file, form) : .otherForm(file, form)
    }
    do {
      self = try decoder.decode(Self.self, from: data)
    } catch {
      throw .notACalibration(file)
    }
    try check(file)
  }

  private struct Form: Decodable {
    let format: String
    /// Forms that were written once.
    static let earlier = ["assay-calibration 1"]
  }

  private func check(_ file: String) throws(CalibrationError) {
    for hash in [subject.weights, subject.config].compactMap(\.self) where !hash.isSHA256 {
      throw .notACalibration(file)
    }
    let shares = [agreement.top1, agreement.top5]
    guard images.count > 0, shares.allSatisfy((0...1).contains), agreement.logits >= 0 else {
      throw .notACalibration(file)
    }
    for (map, range) in calibration.ranges.sorted(by: { $0.key < $1.key }) where !range.isPossible {
      throw .impossibleRange(file, map: map, least: range.least, largest: range.largest)
    }
  }

  /// The calibration, where it is of this network and these weights; `file` is what messages name.
  ///
  /// - Throws: ``CalibrationError/another(_:part:is:not:)`` where it is not.
  public func calibration(
    for own: Subject, file: String
  ) throws(CalibrationError) -> Calibration {
    // A config tells the network whole; the name that comes with it is its author's.
    let isByConfig = own.config != nil || subject.config != nil
    let model = { (subject: Subject) in
      isByConfig ? subject.config.map { "config \($0)" } ?? subject.model : subject.model
    }
    let parts = [
      ("model", model(own), model(subject)), ("weights", own.weights, subject.weights),
      ("input", own.input, subject.input),
    ]
    for (part, mine, its) in parts where mine != its {
      throw .another(file, part: part, is: its, not: mine)
    }
    return calibration
  }
}

extension String {
  /// Whether it is a SHA-256 in lower-case hexadecimal.
  fileprivate var isSHA256: Bool {
    utf8.count == 64 && utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}
