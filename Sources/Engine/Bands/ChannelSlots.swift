import Networks

/// Where maps lie that are laid side by side: each in the channels of the whole that it becomes a part of, so
/// that nothing is left to copy.
struct ChannelSlots {
  /// A part of a larger map.
  struct Slot: Equatable {
    /// The map that is no part of another.
    let root: Program.Value
    /// The channels before.
    let first: Int
  }

  private var slots: [Program.Value: Slot] = [:]
  /// The last step that reads any part of a root.
  private(set) var lastUse: [Program.Value: Int] = [:]

  init() {}

  /// - Parameters:
  ///   - steps: The concatenations that are computed in blocks of channels, by their places.
  ///   - lanes: The channels of a block.
  ///   - isWritable: Whether what defines a value can write it into a larger map.
  ///   - lastUses: The last step that touches each value.
  init(
    _ program: Program, of steps: [Int], lanes: Int, lastUses: [Program.Value: Int],
    isWritable: (Program.Value) -> Bool
  ) {
    // From the last on: what is a part itself is known before its parts.
    for index in steps.reversed() {
      let step = program.steps[index]
      var first = slots[step.output]?.first ?? 0
      let root = slots[step.output]?.root ?? step.output
      lastUse[root] = max(lastUse[root] ?? index, lastUses[step.output] ?? index)
      for input in step.inputs {
        let channels = program.form(of: input).channels
        if first % lanes == 0, channels % lanes == 0, slots[input] == nil, isWritable(input),
          step.inputs.count(where: { $0 == input }) == 1
        {
          slots[input] = Slot(root: root, first: first)
          lastUse[root] = max(lastUse[root] ?? index, lastUses[input] ?? index)
        }
        first += channels
      }
    }
  }

  /// Where a value lies in a larger map, if it does.
  subscript(value: Program.Value) -> Slot? { slots[value] }
}
