import CBands
import COneDNN

/// An attention with its extents: see `cb_attention`.
@safe final class AttentionOperation: Sendable {
  private let attention: cb_attention
  private let threads: Int
  private let machine: BandMachine

  init(_ attention: cb_attention, threads: Int, _ machine: BandMachine) {
    (self.attention, self.threads, self.machine) = (attention, threads, machine)
  }

  /// What it is, in the manner of oneDNN's names.
  var kernel: String {
    "bands:\(machine.name) attention\(BandMachine.suffix(of: attention.products))"
  }

  /// The scratch memory that a call needs.
  var scratchByteCount: Int {
    var attention = attention
    return unsafe cb_attention_bytes(&attention, machine.instructions, Int32(threads))
  }

  /// Runs on the calling thread's threads and waits.
  func execute(
    _ sources: [UnsafeRawPointer], into destination: UnsafeMutableRawPointer,
    scratch: UnsafeMutableRawPointer
  ) {
    var attention = attention
    let maps = unsafe sources.map { unsafe $0.assumingMemoryBound(to: Float.self) }
    unsafe cb_attend(
      &attention, machine.instructions, Int32(threads), maps[0], maps[1], maps[2],
      destination.assumingMemoryBound(to: Float.self), scratch)
  }
}

extension PlanCompiler {
  /// Appends an attention of rows in blocks of channels.
  mutating func attend(
    _ attention: Program.Attention, _ step: Program.Step, at index: Int
  ) throws {
    let sources = try step.inputs.map { try blocks(of: $0, step, at: index) }
    let output = try defineBlocks(step.output, at: index)
    let (queries, keys) = (extents(of: step.inputs[0]), extents(of: step.inputs[1]))
    let operation = AttentionOperation(
      cb_attention(
        batch: Int32(batch), heads: Int32(attention.heads), features: Int32(attention.features),
        rows: Int32(queries.height * queries.width), keys: Int32(keys.height * keys.width),
        scale: attention.scale, products: products, query_image: sources[0].image,
        key_image: sources[1].image, value_image: sources[2].image, result_image: output.image),
      threads: threads, bands)
    scratchpadByteCount = max(scratchpadByteCount, operation.scratchByteCount)
    instructions.append(
      .attention(
        operation, sources: sources.map(\.place), destination: output.place, path: step.path))
  }
}
