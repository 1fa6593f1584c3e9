import Networks

/// Classes of public zoos, by the package in which they are registered and their name: what they compute is known.
package enum ZooCatalog {
  private typealias Reader = @Sendable (inout SettingsReader) throws(LayerError) -> any Layer

  /// Whether a class of a package is here.
  package static func has(_ name: String, of package: String?) -> Bool {
    // efficientnet makes this one inside a function, so that no name of a package is left.
    if name == "FixedDropout" { return true }
    return package.map { readers["\($0)>\(name)"] != nil } ?? false
  }

  /// The layer that `settings` describe; `nil` for a class of another package.
  static func layer(_ settings: inout SettingsReader) throws(LayerError) -> (any Layer)? {
    guard let package = settings.package,
      let read = readers["\(package)>\(settings.className)"]
    else { return nil }
    return try read(&settings)
  }

  private static let readers: [String: Reader] = [
    "resmlp>ChannelAffine": { s throws(LayerError) in
      ChannelAffine(
        kerasClass: s.className, axes: try s.integers("axis") ?? [-1], weight: .factor,
        hasBias: try s.truth("use_bias") ?? true, countsBatch: false)
    },
    "volo>BiasLayer": { s throws(LayerError) in
      ChannelAffine(
        kerasClass: s.className, axes: try s.integers("axis") ?? [-1], weight: .none,
        hasBias: true, countsBatch: true)
    },
    "kecam>ExpLogitScale": { s throws(LayerError) in
      guard let axes = try s.integers("axis") else { throw LayerError("has axis null") }
      return ChannelAffine(
        kerasClass: s.className, axes: axes,
        weight: .power(most: try s.number("max_value") ?? 4.6051702), hasBias: false,
        countsBatch: true)
    },
    "nfnets>ZeroInitGain": { s throws(LayerError) in
      LearntAffine(kerasClass: s.className, hasBias: try s.truth("use_bias") ?? false)
    },
    "volo>PositionalEmbedding": { s throws(LayerError) in
      s.pass("input_height")
      return PositionalEmbedding()
    },
    "volo>ClassToken": { s throws(LayerError) in
      let count = try s.count("num_tokens")
      guard count <= 1 << 16 else { throw LayerError("has num_tokens \(count)") }
      return ClassToken(count: count, isAtEnd: try s.truth("is_at_end") ?? false)
    },
    "beit>PatchConv2DWithResampleWeights": { s throws(LayerError) in
      try Convolution(&s, rank: 2)
    },
    "beit>MultiHeadRelativePositionalEmbedding": { s throws(LayerError) in
      RelativePositions(
        kind: .signed(
          hasToken: try s.truth("with_cls_token") ?? true,
          height: try s.integer("attn_height") ?? -1, heads: try s.integer("num_heads") ?? -1))
    },
    "levit>MultiHeadPositionalEmbedding": { s throws(LayerError) in
      RelativePositions(
        kind: .unsigned(
          queryHeight: try s.integer("query_height") ?? -1,
          keyHeight: try s.integer("key_height") ?? -1))
    },
    "kecamCommon>CompatibleExtractPatches": { s throws(LayerError) in
      if try s.truth("force_conv") == true { throw LayerError("has force_conv true") }
      func middle(_ name: String, _ usual: Int) throws(LayerError) -> [Int] {
        let numbers = try s.integers(name) ?? [usual]
        let inner = numbers.count == 4 ? Array(numbers[1...2]) : numbers
        guard (1...2).contains(inner.count), inner.allSatisfy({ (1...64).contains($0) }) else {
          throw LayerError("has \(name) \(numbers)")
        }
        return inner.count == 1 ? inner + inner : inner
      }
      let (sizes, strides) = (try middle("sizes", 3), try middle("strides", 2))
      guard sizes[0] == sizes[1], strides[0] == strides[1] else {
        throw LayerError("has sizes \(sizes) and strides \(strides)")
      }
      return PaddedPatches(
        size: sizes[0], stride: strides[0], dilation: try middle("rates", 1),
        isPadded: (try s.text("padding") ?? "same").lowercased() == "same",
        isCompressed: try s.truth("compressed") ?? true)
    },
    "kimm>LearnableAffine": { s throws(LayerError) in
      s.pass("scale_value", "bias_value")
      return LearntAffine(kerasClass: s.className, hasBias: true)
    },
    "kimm>LayerScale": { s throws(LayerError) in
      s.pass("initializer")
      return AxisScale(axes: try s.integers("axis") ?? [-1])
    },
    "kimm>PositionEmbedding": { s throws(LayerError) in
      s.pass("height", "width")
      return TokenAndPositions()
    },
    "keras_hub>ViTPatchingAndEmbedding": { s throws(LayerError) in try EmbeddedPatches(&s) },
    "keras_hub>DeiTEmbeddings": { s throws(LayerError) in try EmbeddedPatches(&s) },
    "kimm>Attention": { s throws(LayerError) in
      let (length, heads) = (try s.count("hidden_dim"), try s.integer("num_heads") ?? 8)
      guard heads > 0, length % heads == 0, length <= 1 << 20 else {
        throw LayerError("has hidden_dim \(length) in \(heads) heads")
      }
      s.pass("attention_dropout_rate", "projection_dropout_rate")
      return JointAttention(
        length: length, heads: heads, hasBias: try s.truth("use_qkv_bias") ?? false,
        name: s.string("name") ?? "")
    },
  ]
}
