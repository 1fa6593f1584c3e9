extension ElementType {
  /// Rounds elements, as they lie in a file, to float32.
  ///
  /// `bytes` holds exactly the elements that `buffer` has room for, at any alignment.
  package func decode(
    _ bytes: UnsafeRawBufferPointer, into buffer: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(bytes.count == buffer.count * kind.width, "\(bytes.count) bytes of \(self)")
    switch kind {
    case .float32: unsafe decode(bytes, buffer) { (bits: UInt32) in Float(bitPattern: bits) }
    case .float16:
      unsafe decode(bytes, buffer) { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
    case .bfloat16:
      unsafe decode(bytes, buffer) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .float64:
      unsafe decode(bytes, buffer) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .int8: unsafe decode(bytes, buffer) { (bits: Int8) in Float(bits) }
    case .int16: unsafe decode(bytes, buffer) { (bits: Int16) in Float(bits) }
    case .int32: unsafe decode(bytes, buffer) { (bits: Int32) in Float(bits) }
    case .int64: unsafe decode(bytes, buffer) { (bits: Int64) in Float(bits) }
    case .uint8: unsafe decode(bytes, buffer) { (bits: UInt8) in Float(bits) }
    case .uint16: unsafe decode(bytes, buffer) { (bits: UInt16) in Float(bits) }
    case .uint32: unsafe decode(bytes, buffer) { (bits: UInt32) in Float(bits) }
    case .uint64: unsafe decode(bytes, buffer) { (bits: UInt64) in Float(bits) }
    }
  }

  private func decode<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ buffer: UnsafeMutableBufferPointer<Float>,
    _ value: (Bits) -> Float
  ) {
    for index in buffer.indices {
      let bits = unsafe bytes.loadUnaligned(
        fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
      unsafe buffer[index] = value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
    }
  }
}
