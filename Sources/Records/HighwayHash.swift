/// HighwayHash-64 (Alakuijala, Cox, Wassenberg 2016, "Fast keyed hash/pseudo-random function"), after the authors'
/// portable code (google/highwayhash, highwayhash/c/highwayhash.c).
struct HighwayHash {
  private var v0: SIMD4<UInt64>
  private var v1: SIMD4<UInt64>
  private var mul0 = SIMD4<UInt64>(
    0xDBE6_D5D5_FE4C_CE2F, 0xA409_3822_299F_31D0, 0x1319_8A2E_0370_7344, 0x243F_6A88_85A3_08D3)
  private var mul1 = SIMD4<UInt64>(
    0x3BD3_9E10_CB0E_F593, 0xC0AC_F169_B5F1_8A8C, 0xBE54_66CF_34E9_0C6C, 0x4528_21E6_38D0_1377)

  /// The hash of `bytes` under a key of 32 bytes.
  static func hash(_ bytes: ArraySlice<UInt8>, key: SIMD4<UInt64>) -> UInt64 {
    var state = HighwayHash(key: key)
    var rest = bytes
    while rest.count >= 32 {
      state.update(lanes(rest.prefix(32)))
      rest = rest.dropFirst(32)
    }
    if !rest.isEmpty { state.updateLast(Array(rest)) }
    return state.finished()
  }

  private init(key: SIMD4<UInt64>) {
    v0 = mul0 ^ key
    v1 = mul1 ^ Self.halvesSwapped(key)
  }

  private static func lanes(_ bytes: ArraySlice<UInt8>) -> SIMD4<UInt64> {
    unsafe bytes.withUnsafeBytes { bytes in
      let raw = unsafe bytes.loadUnaligned(as: SIMD4<UInt64>.self)
      return SIMD4(
        UInt64(littleEndian: raw.x), UInt64(littleEndian: raw.y), UInt64(littleEndian: raw.z),
        UInt64(littleEndian: raw.w))
    }
  }

  private static func halvesSwapped(_ value: SIMD4<UInt64>) -> SIMD4<UInt64> {
    value &>> 32 | value &<< 32
  }

  private mutating func update(_ lanes: SIMD4<UInt64>) {
    let low = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
    v1 &+= mul0 &+ lanes
    mul0 ^= (v1 & low) &* (v0 &>> 32)
    v0 &+= mul1
    mul1 ^= (v0 & low) &* (v1 &>> 32)
    v0 &+= Self.zipped(v1)
    v1 &+= Self.zipped(v0)
  }

  /// The bytes of each pair of lanes in the order of the paper's "zipper merge".
  private static func zipped(_ value: SIMD4<UInt64>) -> SIMD4<UInt64> {
    let (first, second) = zipped(value[1], value[0])
    let (third, fourth) = zipped(value[3], value[2])
    return SIMD4(first, second, third, fourth)
  }

  private static func zipped(_ odd: UInt64, _ even: UInt64) -> (UInt64, UInt64) {
    // In pieces, for the compiler's sake.
    var first = ((even & 0xFF00_0000) | (odd & 0xFF_0000_0000)) >> 24
    first |= ((even & 0xFF00_0000_0000) | (odd & 0xFF_0000_0000_0000)) >> 16
    first |= (even & 0xFF_0000) | ((even & 0xFF00) << 32)
    first |= ((odd & 0xFF00_0000_0000_0000) >> 8) | (even << 56)
    var second = ((odd & 0xFF00_0000) | (even & 0xFF_0000_0000)) >> 24
    second |= (odd & 0xFF_0000) | ((odd & 0xFF00_0000_0000) >> 16)
    second |= ((odd & 0xFF00) << 24) | ((even & 0xFF_0000_0000_0000) >> 8)
    second |= ((odd & 0xFF) << 48) | (even & 0xFF00_0000_0000_0000)
    return (first, second)
  }

  /// Takes the last bytes, 1 to 31.
  private mutating func updateLast(_ rest: [UInt8]) {
    let count = UInt64(rest.count)
    v0 &+= SIMD4(repeating: count << 32 | count)
    let low = SIMD4<UInt64>(repeating: 0xFFFF_FFFF)
    let halves = [v1 & low, v1 &>> 32].map { half in
      (half &<< count | half &>> (32 - count)) & low
    }
    v1 = halves[0] | halves[1] &<< 32
    let whole = rest.count & ~3
    let odd = rest.count & 3
    var packet = Array(rest[..<whole]) + Array(repeating: 0, count: 32 - whole)
    if rest.count & 16 != 0 {
      for place in 0..<4 { packet[28 + place] = rest[whole + place + odd - 4] }
    } else if odd != 0 {
      packet[16] = rest[whole]
      packet[17] = rest[whole + odd >> 1]
      packet[18] = rest[whole + odd - 1]
    }
    update(Self.lanes(packet[...]))
  }

  private mutating func finished() -> UInt64 {
    for _ in 0..<4 {
      let swapped = Self.halvesSwapped(v0)
      update(SIMD4(swapped[2], swapped[3], swapped[0], swapped[1]))
    }
    return v0[0] &+ v1[0] &+ mul0[0] &+ mul1[0]
  }
}
