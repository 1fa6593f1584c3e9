import CBands

/// Channels of several maps side by side.
@safe final class ChannelCopy: Sendable {
  private let copies: [cb_channels]
  private let threads: Int
  private let machine: BandMachine

  init(_ copies: [cb_channels], threads: Int, _ machine: BandMachine) {
    (self.copies, self.threads, self.machine) = (copies, threads, machine)
  }

  /// What it is, in the manner of oneDNN's names.
  var kernel: String { "channels:\(machine.name)" }

  /// Runs on the calling thread's threads and waits.
  func execute(_ sources: [UnsafeRawPointer], into destination: UnsafeMutableRawPointer) {
    for place in copies.indices {
      var copy = copies[place]
      let source = unsafe sources[place]
      unsafe cb_copy_channels(
        &copy, machine.instructions, Int32(threads), source.assumingMemoryBound(to: Float.self),
        destination.assumingMemoryBound(to: Float.self))
    }
  }
}
