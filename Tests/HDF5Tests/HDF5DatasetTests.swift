import HDF5
import TestSupport
import Testing

@Suite("Datasets of an HDF5 file")
struct HDF5DatasetTests {
  private func file(_ name: String) throws -> HDF5File {
    try HDF5File(reading: Fixtures.path("checkpoints/formats/\(name).h5"))
  }

  @Test(
    "hold floating-point numbers of any width and byte order, and compressed ones",
    arguments: [
      ("little_f2", HDF5ElementType.float(.half, .little)), ("big_f2", .float(.half, .big)),
      ("little_f4", .float(.single, .little)), ("big_f4", .float(.single, .big)),
      ("little_f8", .float(.double, .little)), ("big_f8", .float(.double, .big)),
      ("chunked", .float(.single, .little)),
    ])
  func floats(_ name: String, _ type: HDF5ElementType) throws {
    let dataset = try file("types").root().dataset(name)
    #expect(dataset.type == type)
    #expect(dataset.shape == [3, 5])
    #expect(try dataset.floats() == FormulaWeights.values("types", 0, count: 15))
  }

  @Test(
    "hold whole numbers, which become float32",
    arguments: ["i1", "i2", "i4", "i8"].flatMap { ["little_\($0)", "big_\($0)"] })
  func integers(_ name: String) throws {
    let dataset = try file("types").root().dataset(name)
    #expect(try dataset.floats() == (-7...7).map { Float($0) })
  }

  @Test("hold whole numbers without a sign")
  func unsigned() throws {
    let dataset = try file("types").root().dataset("unsigned")
    #expect(dataset.type == .integer(bytes: 2, isSigned: false, .little))
    #expect(try dataset.floats() == (250..<265).map { Float($0) })
  }

  @Test("may be a scalar, empty, or never written")
  func oddExtents() throws {
    let root = try file("types").root()
    let scalar = try root.dataset("scalar")
    let empty = try root.dataset("empty")
    #expect(scalar.shape == [])
    #expect(try scalar.floats() == [0.25])
    #expect(empty.shape == [0, 4])
    #expect(try empty.floats() == [])
    let unwritten = try root.dataset("never_written")
    #expect(unwritten.storedBytes == 0)
    #expect(try unwritten.floats() == Array(repeating: 0, count: 15))
  }

  @Test(
    "tell where their values lie as they are, also behind a user block",
    arguments: [
      ("types", "little_f4"), ("types", "scalar"), ("links", "real/kernel"),
      ("userblock", "values"),
    ])
  func plainPlaces(_ name: String, _ path: String) throws {
    let opened = try OpenedFile.reading(Fixtures.path("checkpoints/formats/\(name).h5"))
    let region = FileRegion(
      descriptor: opened.descriptor, offset: 0, length: opened.content.size)
    let dataset = try HDF5File(reading: region, path: name).root().dataset(path)
    let place = dataset.plainOffset
    let offset = try #require(place)
    let values = try RegionBytes(region, path: name).floats(
      at: offset, count: dataset.elementCount)
    let expected = try dataset.floats()
    #expect(values == expected)
  }

  @Test(
    "have no such place where libhdf5 must convert or put together",
    arguments: [
      "big_f4", "little_f2", "little_f8", "little_i4", "chunked", "never_written", "empty",
      "bfloat16",
    ])
  func noPlainPlace(_ name: String) throws {
    let dataset = try file("types").root().dataset(name)
    let place = dataset.plainOffset
    #expect(place == nil)
  }

  @Test("keep opaque bytes opaque, and give them as they are")
  func opaque() throws {
    let dataset = try file("types").root().dataset("bfloat16")
    #expect(dataset.type == .opaque(bytes: 2))
    let error = #expect(throws: HDF5Error.self) { _ = try dataset.floats() }
    #expect(error?.reason == .refused("holds no plain numbers"))
    var halves = [UInt16](repeating: 0, count: 15)
    try unsafe halves.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
      try unsafe dataset.readBytes(into: UnsafeMutableRawBufferPointer(buffer))
    }
    let values = halves.map { Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16) }
    #expect(values == FormulaWeights.values("types", 0, count: 15))
  }

  @Test("are no numbers if they hold anything else", arguments: ["text", "flags", "pairs"])
  func noNumbers(_ name: String) throws {
    let dataset = try file("types").root().dataset(name)
    #expect(!dataset.type.isNumber)
    let error = #expect(throws: HDF5Error.self) { _ = try dataset.floats() }
    #expect(error?.reason == .refused("holds no plain numbers"))
  }

  @Test(
    "are refused where their values lie elsewhere, or need what libhdf5 lacks",
    arguments: [
      ("elsewhere", "raw", "external storage"), ("elsewhere", "virtual", "virtual dataset"),
      ("links", "soft", "a soft link"),
      ("links", "soft_group/kernel", "a soft link"), ("links", "external", "an external link"),
      ("links", "dangling", "a soft link"), ("huge", "terabytes", "over the limit of 4 GiB"),
      ("huge", "overflow", "over the limit of 4 GiB"),
      ("huge", "gigabyte_of_nothing", "only 0 bytes in the file"),
    ])
  func refused(_ name: String, _ path: String, _ words: String) throws {
    let root = try file(name).root()
    let error = try #require(throws: HDF5Error.self) { _ = try root.dataset(path) }
    guard case .refused(let detail) = error.reason else {
      Issue.record("\(error)")
      return
    }
    #expect(detail.contains(words))
    #expect(error.file.hasSuffix("\(name).h5"))
  }

  @Test("are found by hard links, in any group and by a second name")
  func hardLinks() throws {
    let root = try file("links").root()
    let expected = FormulaWeights.values("types", 0, count: 15)
    #expect(try root.dataset("real/kernel").floats() == expected)
    #expect(try root.dataset("twice").floats() == expected)
    #expect(try root.dataset("real/around/kernel").floats() == expected)
    #expect(try root.group("real").dataset("kernel").floats() == expected)
  }

  @Test(
    "are told apart from groups and from nothing",
    arguments: [
      ("real", HDF5Error.Reason.unexpected("is not a dataset")), ("real/none", .notFound),
      ("real/kernel/deeper", .unexpected("is not a group")), ("", .notFound),
      ("/real/kernel", .notFound),
    ])
  func wrongObject(_ path: String, _ reason: HDF5Error.Reason) throws {
    let root = try file("links").root()
    let error = #expect(throws: HDF5Error.self) { _ = try root.dataset(path) }
    #expect(error?.reason == reason)
  }
}

extension RegionBytes {
  /// So many float32 of this machine.
  fileprivate borrowing func floats(at offset: Int, count: Int) throws(HDF5Error) -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    defer { unsafe memory.deallocate() }
    unsafe memory.initialize(repeating: .nan)
    try unsafe read(at: offset, into: UnsafeMutableRawBufferPointer(memory), of: "values")
    for index in values.indices { values[index] = unsafe memory[index] }
    return values
  }
}
