/// Why a file gives no calibration for a network.
public enum CalibrationError: Error, Hashable, CustomStringConvertible {
  /// There is no such file, or it cannot be read.
  case missing(String)
  /// It is no calibration, or not a whole one.
  case notACalibration(String)
  /// It has a form of earlier versions, which names a network less exactly.
  case earlierForm(String, String)
  /// It has a form that this version does not know.
  case otherForm(String, String)
  /// 256 steps of a map's range are no numbers that can be computed with.
  case impossibleRange(String, map: String, least: Float, largest: Float)
  /// It is of another network, of other weights, or for another input.
  case another(String, part: String, is: String, not: String)

  /// What is wrong, in a line.
  public var description: String {
    switch self {
    case .missing(let file): "\(file): no such file, or it cannot be read"
    case .notACalibration(let file): "\(file): not a calibration, or not a whole one"
    case .earlierForm(let file, let form):
      "\(file): of the form \(form), which did not name the config of a network: calibrate again"
    case .otherForm(let file, let form):
      "\(file): of the form \(form), not \(CalibrationFile.form)"
    case .impossibleRange(let file, let map, let least, let largest):
      "\(file): the range of \(map), \(least) to \(largest), is not possible: it has 0 in it, goes no "
        + "further than ±1e30, and is 0 or at least 1e-30 wide"
    case .another(let file, let part, let other, let own):
      "\(file): made for another \(part), \(other.prefix(24)), not \(own.prefix(24)): calibrate this one"
    }
  }

  /// Whether the file is not there, rather than not right.
  public var isMissing: Bool {
    if case .missing = self { true } else { false }
  }
}
