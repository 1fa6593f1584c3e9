import Sandbox
import Tensors

extension CheckpointListing {
  /// Appends everything to a message.
  func write(to message: inout MessageWriter) {
    let formats = CheckpointFormat.allCases
    message.write(formats.firstIndex(of: format) ?? formats.endIndex)
    for text in [kerasVersion, backend, modelConfig] { message.write(text) { $0.write($1) } }
    message.write(recordsLayerOrder)
    message.write(layers) { $1.write(to: &$0) }
    message.write(leftOut) { message, entry in
      message.write(entry.path)
      message.write(entry.reason.rawValue)
      message.write(entry.count)
    }
  }

  /// Takes a listing from a message of somebody who may lie.
  init(_ message: inout MessageReader) throws(SandboxError) {
    let formats = CheckpointFormat.allCases
    format = formats[try message.integer(in: 0...formats.count - 1)]
    kerasVersion = try message.optionalText()
    backend = try message.optionalText()
    modelConfig = try message.optionalText()
    recordsLayerOrder = try message.bool()
    layers = try message.list { message throws(SandboxError) in try CheckpointLayer(&message) }
    leftOut = try message.list { message throws(SandboxError) in
      let path = try message.text()
      let reason = try message.text()
      guard let known = CheckpointLeftOut.Reason(rawValue: reason) else {
        throw .brokeProtocol("an unknown reason to leave out")
      }
      return CheckpointLeftOut(
        path: path, reason: known, count: try message.integer(in: 0...1 << 32))
    }
  }
}

extension CheckpointLayer {
  fileprivate func write(to message: inout MessageWriter) {
    message.write(name) { $0.write($1) }
    message.write(kerasClass) { $0.write($1) }
    message.write(ordinal) { $0.write($1) }
    message.write(parents) { $0.write($1) }
    message.write(location)
    message.write(tensors) { $1.write(to: &$0) }
  }

  fileprivate init(_ message: inout MessageReader) throws(SandboxError) {
    self.init(
      name: try message.optionalText(), kerasClass: try message.optionalText(),
      ordinal: try message.optional { message throws(SandboxError) in
        try message.integer(in: 0...Int.max)
      },
      parents: try message.list { message throws(SandboxError) in try message.text() },
      location: try message.text(),
      tensors: try message.list { message throws(SandboxError) in try CheckpointTensor(&message) })
  }
}

extension CheckpointTensor {
  /// The largest tensor in floats: Keras's bound of 4 GiB.
  private static let largest = 1 << 30
  /// The most bytes that a tensor may take in a file; a thousand of them can still be added up.
  private static let largestStored = 1 << 40

  /// Appends everything to a message.
  func write(to message: inout MessageWriter) {
    message.write(name)
    message.write(role?.rawValue) { $0.write($1) }
    message.write(index)
    message.write(shape.dimensions) { $0.write($1) }
    message.write(type.kind.rawValue)
    message.write(type.isBigEndian)
    message.write(path)
    message.write(storedBytes)
    message.write(plainOffset) { $0.write($1) }
  }

  /// Takes a tensor from a message of somebody who may lie.
  init(_ message: inout MessageReader) throws(SandboxError) {
    let name = try message.text()
    let role = try message.optionalText().map { word throws(SandboxError) in
      guard let role = VariableRole(rawValue: word) else {
        throw SandboxError.brokeProtocol("an unknown role")
      }
      return role
    }
    let index = try message.integer(in: 0...1 << 32)
    let shape = try message.list { message throws(SandboxError) in
      try message.integer(in: 0...Self.largest)
    }
    // An extent of zero must not hide a product that overflows elsewhere.
    var count = 1
    for extent in shape where extent != 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= Self.largest else { throw .brokeProtocol("a shape over 4 GiB") }
      count = product
    }
    guard let kind = ElementType.Kind(rawValue: try message.text()) else {
      throw .brokeProtocol("an unknown type of numbers")
    }
    self.init(
      name: name, role: role, index: index, shape: Shape(shape),
      type: ElementType(kind, isBigEndian: try message.bool()), path: try message.text(),
      storedBytes: try message.integer(in: 0...Self.largestStored),
      // Read by whoever takes the message, which may be a lie, but no more than the values may be.
      plainOffset: try message.optional { message throws(SandboxError) in
        try message.integer(in: 0...Int.max)
      })
  }
}

extension MessageReader {
  fileprivate mutating func optionalText() throws(SandboxError) -> String? {
    try optional { message throws(SandboxError) in try message.text() }
  }
}
