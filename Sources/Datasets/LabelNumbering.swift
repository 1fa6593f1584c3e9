/// What numbers show of whether they count from 0 or from 1: the lowest and the highest of a whole data set.
public struct LabelNumbering: Sendable, Hashable {
  /// The lowest number.
  public let lowest: Int
  /// The highest number.
  public let highest: Int
  /// Whether such labels mostly count from 1, as those of TensorFlow's ImageNet scripts, so that silence
  /// decides nothing.
  public let isMostlyFromOne: Bool

  /// The numbers of a data set.
  public init(lowest: Int, highest: Int, isMostlyFromOne: Bool) {
    self.lowest = lowest
    self.highest = highest
    self.isMostlyFromOne = isMostlyFromOne
  }

  /// The number of the first of so many classes; `nil` where the numbers do not show it.
  ///
  /// A 0 shows that they count from 0; a number that is no class, counted so, that they count from 1.
  public func firstLabel(classes: Int) -> Int? {
    if lowest == 0 { return 0 }
    if highest == classes { return 1 }
    return isMostlyFromOne && highest < classes ? nil : 0
  }
}
