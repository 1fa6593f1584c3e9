import COneDNN
import Networks
import Tensors

// Everything that Assay asks of oneDNN goes through this file: statuses and pointers end here.

/// How an array lies in memory, as oneDNN describes it.
@safe final class Layout {
  let pointer: OpaquePointer

  fileprivate init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe dn_layout_free(pointer) }

  /// A plain batch of maps.
  static func plain(_ extents: dn_extents, _ order: dn_order) throws(EngineError) -> Layout {
    try unsafe Layout(owning: create { unsafe dn_layout_plain($0, extents, order) })
  }

  /// A batch of maps in the blocks of channels that suit this machine.
  static func blocked(_ extents: dn_extents) throws(EngineError) -> Layout {
    try unsafe Layout(owning: create { unsafe dn_layout_blocked($0, extents) })
  }

  /// A Keras convolution kernel.
  static func kernel(of convolution: dn_convolution) throws(EngineError) -> Layout {
    var convolution = convolution
    return try unsafe Layout(owning: create { unsafe dn_layout_kernel($0, &convolution) })
  }

  /// The same order for a map of other extents.
  func like(_ extents: dn_extents) throws(EngineError) -> Layout {
    try unsafe Layout(owning: create { unsafe dn_layout_like($0, pointer, extents) })
  }

  /// The inside of a padded map.
  func window(_ extents: dn_extents, top: Int, left: Int) throws(EngineError) -> Layout {
    try unsafe Layout(
      owning: create { unsafe dn_layout_window($0, pointer, extents, Int64(top), Int64(left)) })
  }

  /// The memory that it needs.
  var byteCount: Int { unsafe dn_layout_bytes(pointer) }

  static func == (left: Layout, right: Layout) -> Bool {
    unsafe dn_layout_equal(left.pointer, right.pointer)
  }
}

/// A compiled primitive; it never changes, so any thread may execute it.
@safe final class CompiledPrimitive: @unchecked Sendable {
  private let pointer: OpaquePointer

  private init(owning pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe dn_primitive_free(pointer) }

  static func convolution(
    _ description: dn_convolution, source: Layout?, destination: Layout?
  ) throws(EngineError) -> CompiledPrimitive {
    var description = description
    return try unsafe CompiledPrimitive(
      owning: create {
        unsafe dn_convolution_create(
          $0, &description, source?.pointer, destination?.pointer)
      })
  }

  /// Whether oneDNN has a convolution; nothing is compiled.
  static func exists(convolution: dn_convolution) -> Bool {
    var description = convolution
    return unsafe dn_convolution_create(nil, &description, nil, nil) == 0
  }

  /// Whether oneDNN has a pooling of plain maps; nothing is compiled.
  static func exists(
    poolingOf maximum: Bool, from source: dn_extents, to destination: dn_extents,
    _ windows: dn_windows
  ) -> Bool {
    guard let layout = try? Layout.plain(source, DN_NHWC) else { return false }
    return unsafe dn_pooling_create(nil, maximum, source, destination, windows, layout.pointer) == 0
  }

  static func pooling(
    maximum: Bool, from source: dn_extents, to destination: dn_extents, _ windows: dn_windows,
    layout: Layout
  ) throws(EngineError) -> CompiledPrimitive {
    try unsafe CompiledPrimitive(
      owning: create {
        unsafe dn_pooling_create($0, maximum, source, destination, windows, layout.pointer)
      })
  }

  static func batchNorm(
    layout: Layout, epsilon: Float, statistics: BatchStatistics, relu: Bool
  ) throws(EngineError) -> CompiledPrimitive {
    try unsafe CompiledPrimitive(
      owning: create {
        unsafe dn_batch_norm_create($0, layout.pointer, epsilon, statistics == .ofBatch, relu)
      })
  }

  /// A function of each number; it may write where it reads.
  static func function(
    _ function: dn_function, layout: Layout
  ) throws(EngineError) -> CompiledPrimitive {
    try unsafe CompiledPrimitive(
      owning: create { unsafe dn_function_create($0, function, layout.pointer) })
  }

  static func add(_ left: Layout, _ right: Layout) throws(EngineError) -> CompiledPrimitive {
    try unsafe CompiledPrimitive(
      owning: create { unsafe dn_add_create($0, left.pointer, right.pointer) })
  }

  static func concatenate(_ left: Layout, _ right: Layout) throws(EngineError) -> CompiledPrimitive
  {
    try unsafe CompiledPrimitive(
      owning: create { unsafe dn_concat_create($0, left.pointer, right.pointer) })
  }

  static func reorder(from: Layout, to: Layout) throws(EngineError) -> CompiledPrimitive {
    try unsafe CompiledPrimitive(
      owning: create { unsafe dn_reorder_create($0, from.pointer, to.pointer) })
  }

  /// The layout of one of its arrays.
  func layout(_ role: dn_role) throws(EngineError) -> Layout {
    guard let borrowed = unsafe dn_primitive_layout(pointer, role) else {
      throw EngineError("oneDNN's \(kernel) has no array of role \(role.rawValue)")
    }
    return try unsafe Layout(owning: create { unsafe dn_layout_copy($0, borrowed) })
  }

  /// The scratch memory that it needs while it runs, in bytes.
  var scratchpadByteCount: Int {
    unsafe dn_primitive_layout(pointer, DN_SCRATCHPAD).map { unsafe dn_layout_bytes($0) } ?? 0
  }

  /// Which kernel oneDNN has chosen.
  var kernel: String { unsafe String(cString: dn_primitive_kernel(pointer)) }

  /// Whether it is the kernel that oneDNN has for what no other of its kernels computes, a number at a time.
  var isReference: Bool { kernel.hasPrefix("ref") }

  /// Runs on the calling thread's threads and waits.
  func execute(_ arguments: [dn_argument]) throws(EngineError) {
    let status = unsafe dn_primitive_execute(pointer, arguments, Int32(arguments.count))
    try check(status)
  }
}

/// oneDNN itself.
package enum OneDNN {
  /// The version that is loaded, `2.6.3`.
  package static var version: String {
    let number = dn_version()
    return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
  }

  /// The instruction set that it uses on this machine.
  package static var instructionSet: String { unsafe String(cString: dn_instruction_set()) }

  /// The instructions that results in a precision depend on: those of float32 are the same with AMX and without it.
  package static func instructionSet(in precision: Precision) -> String {
    precision == .float32 && instructionSet == "AMX" ? "AVX-512" : instructionSet
  }

  /// What stands for oneDNN's instruction set, which may be told to use less than the machine has.
  static func matched<Instructions>(
    amx: Instructions? = nil, avx512: Instructions, avx2: Instructions, portable: Instructions
  ) -> Instructions {
    switch instructionSet {
    case "AMX": amx ?? avx512
    case "AVX-512": avx512
    case "AVX2": avx2
    default: portable
    }
  }

  /// Whether it has products of bfloat16, which ``Precision/bfloat16`` needs.
  package static var hasBFloat16: Bool { DirectMachine().hasBFloat16 }

  /// How many threads primitives use that the calling thread executes from now on.
  static func setThreadsOfCaller(_ count: Int) { dn_set_threads(Int32(count)) }
}

private func check(_ status: Int32) throws(EngineError) {
  guard status == 0 else {
    throw EngineError("oneDNN: \(unsafe String(cString: dn_status_text(status)))")
  }
}

/// Calls a function that makes an object, and hands over what it made.
private func create(
  _ make: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
) throws(EngineError) -> OpaquePointer {
  var result: OpaquePointer?
  try check(unsafe make(&result))
  guard let made = unsafe result else { throw EngineError("oneDNN made nothing") }
  return unsafe made
}
