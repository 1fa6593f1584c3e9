/// The arrows between rows of a network, as rails beside them: a value runs down its lane from the row that
/// gives it to the last row that reads it.
package struct NetworkRails {
  /// What is drawn beside one row.
  package struct Row: Equatable {
    /// The lane in which the row's result runs on.
    package var lane: Int
    /// The lanes that the row reads, each with whether its value runs on.
    package var sources: [Int]
    /// The lanes that only pass, those of sources that are read again among them.
    package var passing: [Int]
    /// Whether anything reads the row's result.
    package var goesOn: Bool

    package init(lane: Int, sources: [Int], passing: [Int], goesOn: Bool) {
      self.lane = lane
      self.sources = sources
      self.passing = passing
      self.goesOn = goesOn
    }
  }

  /// One drawing for each row.
  package let rows: [Row]
  /// How many lanes there are at once.
  package let lanes: Int

  /// Lays lanes for rows of which each tells the rows that it reads, all before it.
  package init(_ sources: [[Int]]) {
    var lastReader: [Int?] = Array(repeating: nil, count: sources.count)
    for (row, read) in sources.enumerated() { for source in read { lastReader[source] = row } }
    // The row whose value runs in each lane.
    var running: [Int?] = []
    var lanes = 0
    rows = sources.enumerated().map { row, read in
      let from = read.compactMap { source in running.firstIndex { $0 == source } }
      for lane in from where running[lane].flatMap({ lastReader[$0] }) == row {
        running[lane] = nil
      }
      let passing = running.indices.filter { running[$0] != nil }
      // Straight on where something that is read ends here, else in the first lane that is free.
      let lane =
        from.first { running[$0] == nil }
        ?? running.firstIndex { $0 == nil } ?? running.count
      if lane == running.count { running.append(nil) }
      lanes = max(lanes, running.count)
      let goesOn = lastReader[row] != nil
      running[lane] = goesOn ? row : nil
      while running.last == .some(nil) { running.removeLast() }
      return Row(lane: lane, sources: from, passing: passing, goesOn: goesOn)
    }
    self.lanes = lanes
  }

  /// The width of the drawing, in pixels; beyond so many lanes it says no more.
  var width: Int { min(max(lanes, 1), Self.mostLanes) * Self.step + 6 }

  private static let step = 14
  private static let mostLanes = 24

  /// The drawing beside a row, as SVG of the given height; it may be stretched without its lines and dots getting
  /// thicker.
  func svg(_ place: Int, height: Int, opensAbove: Bool) -> String {
    let row = rows[place]
    let (middle, x) = (height / 2, Self.x(row.lane))
    var paths = row.passing.filter { $0 < Self.mostLanes }.map { "M\(Self.x($0)) 0V\(height)" }
    for source in row.sources where source < Self.mostLanes {
      let from = Self.x(source)
      paths.append(
        from == x
          ? "M\(x) 0V\(middle)"
          : "M\(from) 0C\(from) \(middle / 2) \(x) \(middle / 2) \(x) \(middle)")
    }
    if opensAbove { paths.append("M\(x) 0V\(middle)") }
    if row.goesOn { paths.append("M\(x) \(middle)V\(height)") }
    return """
      <svg class="rail" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      preserveAspectRatio="none" aria-hidden="true"><path d="\(paths.joined())"/>\
      <path class="dot" d="M\(x) \(middle)h0"/></svg>
      """
  }

  private static func x(_ lane: Int) -> Int { min(lane, mostLanes) * step + 8 }
}
