import CDirect

/// Memory for a C kernel: aligned as it asks, with bytes on both sides that must stay as they are.
///
/// It is given back after its last use, which must come after the kernel's: ask then whether it is intact.
@safe final class GuardedMemory {
  private static let guardCount = 256
  private static let mark: UInt8 = 0xa5
  private let whole: UnsafeMutableRawPointer
  let byteCount: Int

  init(byteCount: Int, filledWith byte: UInt8 = 0xee) {
    self.byteCount = byteCount
    let total = byteCount + 2 * Self.guardCount
    unsafe whole = .allocate(byteCount: total, alignment: 64)
    unsafe whole.initializeMemory(as: UInt8.self, repeating: Self.mark, count: total)
    unsafe address.initializeMemory(as: UInt8.self, repeating: byte, count: byteCount)
  }

  deinit { unsafe whole.deallocate() }

  var address: UnsafeMutableRawPointer { unsafe whole + Self.guardCount }

  var bytes: [UInt8] { unsafe Array(UnsafeRawBufferPointer(start: address, count: byteCount)) }

  /// Whether nothing was written beside the memory.
  var isIntact: Bool {
    let sides = unsafe [whole, address + byteCount]
    return unsafe sides.allSatisfy {
      unsafe UnsafeRawBufferPointer(start: $0, count: Self.guardCount).allSatisfy {
        $0 == Self.mark
      }
    }
  }

  func store(_ value: Float, _ type: cd_type, at offset: Int) {
    switch type {
    case CD_F32: unsafe address.storeBytes(of: value, toByteOffset: offset, as: Float.self)
    case CD_BF16:
      let bits = UInt16(value.asBFloat16.bitPattern >> 16)
      unsafe address.storeBytes(of: bits, toByteOffset: offset, as: UInt16.self)
    default: unsafe address.storeBytes(of: UInt8(value), toByteOffset: offset, as: UInt8.self)
    }
  }

  func value(_ type: cd_type, at offset: Int) -> Float {
    switch type {
    case CD_F32: unsafe address.load(fromByteOffset: offset, as: Float.self)
    case CD_BF16:
      Float(bitPattern: UInt32(unsafe address.load(fromByteOffset: offset, as: UInt16.self)) << 16)
    default: Float(unsafe address.load(fromByteOffset: offset, as: UInt8.self))
    }
  }
}

extension Float {
  /// The nearest value of 8 significant bits, of two the even one.
  var asBFloat16: Float {
    guard !isNaN else { return self }
    return Float(bitPattern: (bitPattern &+ 0x7fff &+ (bitPattern >> 16 & 1)) & 0xffff_0000)
  }
}

/// A batch of maps in the memory order of the kernels, read and written as planes N·C·H·W.
struct DirectMap {
  let map: cd_map
  let batch: Int
  let memory: GuardedMemory
  private let block: Int

  init(
    _ map: cd_map, batch: Int, _ instructions: cd_instructions, planes: [Float]? = nil
  ) {
    var description = map
    self.map = map
    self.batch = batch
    block =
      if map.channels <= 4 {
        4
      } else if instructions == CD_AMX {
        64 / (map.type == CD_F32 ? 4 : map.type == CD_BF16 ? 2 : 1)
      } else {
        Int(cd_lanes(instructions))
      }
    memory = GuardedMemory(
      byteCount: unsafe cd_map_bytes(&description, Int32(batch), instructions))
    guard let planes else { return }
    // The border, and the channels that fill up a block, stand for 0.
    let zero = map.type == CD_U8 ? Float(map.zero) : 0
    for offset in stride(from: 0, to: memory.byteCount, by: size) {
      memory.store(zero, map.type, at: offset)
    }
    for (index, value) in planes.enumerated() {
      let x = index % width, y = index / width % height
      let channel = index / width / height % channels, n = index / width / height / channels
      memory.store(value, map.type, at: offset(n, channel, y, x))
    }
  }

  var channels: Int { Int(map.channels) }
  var height: Int { Int(map.height) }
  var width: Int { Int(map.width) }
  var size: Int { map.type == CD_F32 ? 4 : map.type == CD_BF16 ? 2 : 1 }

  /// The place of a value; rows and columns from −border on.
  func offset(_ n: Int, _ channel: Int, _ y: Int, _ x: Int) -> Int {
    let border = Int(map.border), blocks = (channels + block - 1) / block
    let plane = n * blocks + channel / block
    let row = plane * (height + 2 * border) + y + border
    let pixel = row * (width + 2 * border) + x + border
    return (pixel * block + channel % block) * size
  }

  func value(_ n: Int, _ channel: Int, _ y: Int, _ x: Int) -> Float {
    memory.value(map.type, at: offset(n, channel, y, x))
  }

  /// All values but those of the border.
  var planes: [Float] {
    (0..<batch * channels * height * width).map { index in
      value(
        index / width / height / channels, index / width / height % channels,
        index / width % height, index % width)
    }
  }

  /// Whether the whole border stands for 0.
  var hasZeroBorder: Bool {
    let border = Int(map.border)
    let zero = map.type == CD_U8 ? Float(map.zero) : 0
    for n in 0..<batch {
      for channel in 0..<channels {
        for y in -border..<height + border {
          for x in -border..<width + border
          where !((0..<height).contains(y) && (0..<width).contains(x)) {
            if value(n, channel, y, x) != zero { return false }
          }
        }
      }
    }
    return true
  }
}

func directMap(
  _ type: cd_type, _ channels: Int, _ height: Int, _ width: Int, border: Int = 0, zero: Int = 0
) -> cd_map {
  cd_map(
    type: type, channels: Int32(channels), height: Int32(height), width: Int32(width),
    border: Int32(border), zero: Int32(zero), whole: 0)
}

/// The instruction sets that this machine has.
let directInstructions: [UInt32] = [
  CD_PORTABLE, CD_AVX2, CD_AVX512, CD_AVX512_VNNI, CD_AVX512_BF16, CD_AMX,
].filter { cd_best($0) == $0 }.map(\.rawValue)
