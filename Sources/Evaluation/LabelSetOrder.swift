import Foundation

/// Whether the logits of several questions look as if labels and outputs were in different orders.
///
/// Each label is held against every output: how well its logits rank the images that have the label before the others.
struct LabelSetOrder {
  /// How well each output tells one label.
  private struct Row {
    let label: Int
    /// The area under the ROC curve by output.
    let areas: [Double]
    /// The standard deviation of such an area where the logits have nothing to do with the label (Mann and
    /// Whitney 1947).
    let deviation: Double

    var own: Double { areas[label] }
    /// The output that tells it best, of equal ones its own.
    var best: Int {
      let largest = areas.max() ?? 0
      return own == largest ? label : areas.firstIndex(of: largest) ?? label
    }
  }

  private let rows: [Row]
  private let names: [String]

  /// As many images as tell enough, spread evenly over all.
  private static let mostImages = 2000
  /// Of fewer images with a label, or without it, nothing is said.
  private static let fewest = 5
  /// How many deviations make a difference that is no chance, however many pairs are looked at.
  private static let significance = 6.0
  /// How many additions are worth a suspicion.
  private static let mostAdditions = 100_000_000

  /// Looks at the images that were judged.
  init(_ images: [(labels: [Int], judgement: Judgement)], names: [String]) {
    self.names = names
    let judged = images.compactMap { labels, judgement in
      judgement.isFinite ? judgement.logits.map { (labels: labels, logits: $0) } : nil
    }
    let count = min(judged.count, Self.mostImages)
    let images = (0..<count).map { judged[$0 * judged.count / count] }
    var members = names.map { _ in [Int]() }
    for (place, image) in images.enumerated() {
      for label in image.labels { members[label].append(place) }
    }
    let labels = names.indices.filter {
      members[$0].count >= Self.fewest && count - members[$0].count >= Self.fewest
    }
    guard labels.count >= 2,
      labels.reduce(0, { $0 + members[$1].count }) * names.count <= Self.mostAdditions
    else {
      rows = []
      return
    }
    let ranks = names.indices.map { output in Self.ranks(images.map { $0.logits[output] }) }
    rows = labels.map { label in
      let (with, without) = (Double(members[label].count), Double(count - members[label].count))
      let areas = ranks.map { ranks in
        let sum = members[label].reduce(0.0) { $0 + ranks[$1] }
        return (sum - with * (with + 1) / 2) / (with * without)
      }
      return Row(
        label: label, areas: areas,
        deviation: ((with + without + 1) / (12 * with * without)).squareRoot())
    }
  }

  /// The rank of each value from 1 on, of equal ones their mean.
  private static func ranks(_ values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = values.map { _ in 0.0 }
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in order[start..<end] { ranks[place] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }

  /// What is wrong, in words, or `nil` where the order seems right.
  var suspicion: String? { exchanged ?? belowChance }

  /// Most labels are told far better by the output of another, each by one of its own.
  private var exchanged: String? {
    let moved = rows.filter { row in
      row.areas[row.best] - row.own > Self.significance * row.deviation
    }
    guard moved.count >= 2, moved.count * 2 > rows.count,
      Set(rows.map(\.best)).count * 10 >= rows.count * 9
    else { return nil }
    let pairs = moved.prefix(3).map { row in
      "\(names[row.label]) by that of \(names[row.best]) (ROC AUC \(figure(row.areas[row.best])), by its own "
        + "\(figure(row.own)))"
    }
    return "the labels seem to be in another order than the network's outputs: \(moved.count) of "
      + "\(rows.count) are told better by the output of another, \(pairs.joined(separator: ", ")); "
      + "a list of the class names gives the order of the outputs"
  }

  /// Most labels are told worse than by chance.
  private var belowChance: String? {
    let worse = rows.filter { 0.5 - $0.own > Self.significance * $0.deviation }
    guard worse.count * 2 > rows.count else { return nil }
    let first = worse.prefix(3).map { "\(names[$0.label]) (ROC AUC \(figure($0.own)))" }
    return "\(worse.count) of \(rows.count) labels are told worse than by chance, "
      + "\(first.joined(separator: ", ")): they seem to be in another order than the network's outputs, or "
      + "0 and 1 exchanged"
  }

  private func figure(_ area: Double) -> String { String(format: "%.2f", area) }
}
