import Wire

/// TFRecord files and `tf.train.Example`s as tests need them, honest and not.
public enum RecordBytes {
  /// A record with right checksums.
  public static func framed(_ data: [UInt8]) -> [UInt8] {
    header(UInt64(data.count)) + data + little(CRC32C.masked(data))
  }

  /// What stands before a record that claims to have so many bytes.
  public static func header(_ length: UInt64) -> [UInt8] {
    little(length) + little(CRC32C.masked(little(length)))
  }

  /// An Example of features that are encoded already, in this order.
  public static func example(_ features: [(name: String, feature: [UInt8])]) -> [UInt8] {
    message(
      1,
      features.flatMap { name, feature in
        message(1, message(1, Array(name.utf8)) + message(2, feature))
      })
  }

  /// A `bytes_list`.
  public static func bytes(_ values: [UInt8]...) -> [UInt8] {
    message(1, values.flatMap { message(1, $0) })
  }

  /// A `float_list`, packed.
  public static func floats(_ values: Float...) -> [UInt8] {
    message(2, message(1, values.flatMap { little($0.bitPattern) }))
  }

  /// An `int64_list`, packed.
  public static func integers(_ values: Int...) -> [UInt8] {
    message(3, message(1, values.flatMap { varint(UInt64(bitPattern: Int64($0))) }))
  }

  /// An `int64_list` with a tag before each value, as writers of protobuf 2 left it.
  public static func unpacked(_ values: Int...) -> [UInt8] {
    message(3, values.flatMap { [0x08] + varint(UInt64(bitPattern: Int64($0))) })
  }

  /// A field that holds bytes or a message.
  public static func message(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
    [number << 3 | 2] + varint(UInt64(content.count)) + content
  }

  /// A number in seven bits a byte, lowest first.
  public static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }
}
