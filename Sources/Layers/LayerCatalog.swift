package import Networks
import Tensors

/// The layers that Assay runs, by the class that a config names.
package enum LayerCatalog {
  private typealias Reader = @Sendable (inout SettingsReader) throws(LayerError) -> any Layer

  /// The layer that `settings` describe.
  ///
  /// - Throws: ``LayerError`` for a class that is not here, or a setting that is none of its own.
  package static func layer(_ settings: inout SettingsReader) throws(LayerError) -> any Layer {
    if let layer = try ZooCatalog.layer(&settings) { return layer }
    let name = settings.className
    // Keras 3 gives RandomCrop's images back as they are when a model is used, Keras 2 crops and resizes them.
    if isIdentity(name) || (name == "RandomCrop" && settings.kerasVersion >= 3) {
      for name in settings.names { settings.pass(name) }
      return Identity(kerasClass: name)
    }
    guard let read = readers[name] else {
      if name == "Lambda" {
        if let sum = ScaledSum.reading(lambda: &settings) { return sum }
        throw LayerError(
          "holds code of its author's, which is never run",
          remedy: .file("save the model with the same step as layers, Rescaling for example"))
      }
      if let reason = refused[name] {
        throw LayerError(reason.problem, remedy: .file(reason.remedy))
      }
      throw LayerError(
        "is a class that Assay does not know",
        remedy: .alias(of: name))
    }
    return try read(&settings)
  }

  /// Whether a class is here.
  package static func has(_ name: String) -> Bool { readers[name] != nil || isIdentity(name) }

  /// Classes of Keras that are known and not run: why, and what it would take.
  private static let refused: [String: (problem: String, remedy: String)] = {
    var refused: [String: (problem: String, remedy: String)] = [
      "Masking": (
        "leaves places out for all layers that follow, which no edge of the graph tells",
        "save the model without it if every place of an image counts"
      )
    ]
    let steps = [
      "Bidirectional", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "CuDNNGRU", "CuDNNLSTM", "GRU",
      "LSTM", "RNN", "SimpleRNN",
    ]
    for name in steps {
      refused[name] = (
        "runs step after step, which Assay does not do",
        "save the part of the model before it, whose values are checked alone"
      )
    }
    let words = [
      "CategoryEncoding", "Discretization", "HashedCrossing", "Hashing", "IntegerLookup",
      "StringLookup", "TextVectorization",
    ]
    for name in words {
      refused[name] = (
        "reads words or categories, not images",
        "save the part of the model that reads images"
      )
    }
    return refused
  }()

  /// What does nothing when a model is used, whatever its settings.
  private static let identities: Set<String> = [
    "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
    "GaussianDropout", "GaussianNoise", "ActivityRegularization", "Identity", "AugMix", "CutMix",
    "MixUp", "RandAugment", "StochasticDepth", "FixedDropout", "Solarization",
  ]

  /// Layers that work in training only, `Random…` among them; but RandomCrop crops in use, too.
  private static func isIdentity(_ name: String) -> Bool {
    identities.contains(name) || (name.hasPrefix("Random") && name != "RandomCrop")
  }

  private static let readers: [String: Reader] = {
    var readers: [String: Reader] = [:]
    func add(_ names: [String], _ read: @escaping Reader) {
      for name in names { readers[name] = read }
    }
    for rank in 1...3 {
      add(["Conv\(rank)D", "Convolution\(rank)D"]) { s throws(LayerError) in
        try Convolution(&s, rank: rank)
      }
      add(["Conv\(rank)DTranspose", "Convolution\(rank)DTranspose"]) { s throws(LayerError) in
        try TransposedConvolution(&s, rank: rank)
      }
      for (name, reduction) in [("Max", Reduction.largest), ("Average", .mean)] {
        let short = name == "Max" ? "Max" : "Avg"
        add(["\(name)Pooling\(rank)D", "\(short)Pool\(rank)D"]) { s throws(LayerError) in
          try Pooling(&s, reduction, rank: rank)
        }
        add(["Adaptive\(name)Pooling\(rank)D"]) { s throws(LayerError) in
          try AdaptivePooling(&s, reduction, rank: rank)
        }
        add(["Global\(name)Pooling\(rank)D", "Global\(short)Pool\(rank)D"]) {
          s throws(LayerError) in try GlobalPooling(&s, reduction, rank: rank)
        }
      }
      add(["ZeroPadding\(rank)D"]) { s throws(LayerError) in try ZeroPadding(&s, rank: rank) }
      add(["Cropping\(rank)D"]) { s throws(LayerError) in
        try ZeroPadding(&s, rank: rank, isCropping: true)
      }
      add(["UpSampling\(rank)D"]) { s throws(LayerError) in try UpSampling(&s, rank: rank) }
    }
    for rank in 1...2 {
      add(["DepthwiseConv\(rank)D"]) { s throws(LayerError) in
        try DepthwiseConvolution(&s, rank: rank)
      }
      add(["SeparableConv\(rank)D", "SeparableConvolution\(rank)D"]) { s throws(LayerError) in
        try SeparableConvolution(&s, rank: rank)
      }
    }
    add(["Deconvolution2D"]) { s throws(LayerError) in try TransposedConvolution(&s, rank: 2) }
    add(["AtrousConvolution2D"]) { s throws(LayerError) in try Convolution(&s, rank: 2) }
    add(["Dense"]) { s throws(LayerError) in try Dense(&s) }
    add([
      "BatchNormalization", "SyncBatchNormalization", "BatchNormalizationV1",
      "BatchNormalizationV2",
    ]) { s throws(LayerError) in try BatchNormalization(&s) }
    add(["EinsumDense"]) { s throws(LayerError) in try EinsumDense(&s) }
    add(["Embedding"]) { s throws(LayerError) in try Embedding(&s) }
    add(["Attention", "AdditiveAttention"]) { s throws(LayerError) in try Attention(&s) }
    add(["MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"]) {
      s throws(LayerError) in try MultiHeadAttention(&s)
    }
    for rank in 1...2 {
      add(["LocallyConnected\(rank)D"]) { s throws(LayerError) in
        try LocallyConnected(&s, rank: rank)
      }
    }
    add(["LayerNormalization"]) { s throws(LayerError) in try LayerNormalization(&s) }
    add(["GroupNormalization"]) { s throws(LayerError) in try GroupNormalization(&s) }
    add(["RMSNormalization"]) { s throws(LayerError) in try RMSNormalization(&s) }
    add(["SpectralNormalization"]) { s throws(LayerError) in try SpectralNormalization(&s) }
    add(["TimeDistributed"]) { s throws(LayerError) in try TimeDistributed(&s) }
    add(["LayerScale"]) { s throws(LayerError) in LayerScale(&s) }
    add(["CustomScaleLayer"]) { s throws(LayerError) in try ScaledSum(&s) }
    add(["Activation"]) { s throws(LayerError) in try Activation(&s) }
    add(["ReLU"]) { s throws(LayerError) in try ReLU(relu: &s) }
    add(["LeakyReLU"]) { s throws(LayerError) in try ReLU(leaky: &s) }
    add(["ThresholdedReLU"]) { s throws(LayerError) in try ReLU(thresholded: &s) }
    add(["ELU"]) { s throws(LayerError) in try ReLU(exponential: &s) }
    add(["PReLU"]) { s throws(LayerError) in try PReLU(&s) }
    add(["Softmax"]) { s throws(LayerError) in try Softmax(&s) }
    add(["Flatten"]) { s throws(LayerError) in Flatten(dataFormat: try s.dataFormat()) }
    add(["Reshape"]) { s throws(LayerError) in try Reshape(&s) }
    add(["Permute"]) { s throws(LayerError) in try Permute(&s) }
    add(["RepeatVector"]) { s throws(LayerError) in RepeatVector(count: try s.count("n")) }
    for (name, arithmetic) in [
      ("Add", Arithmetic.add), ("Subtract", .subtract), ("Multiply", .multiply),
      ("Maximum", .maximum), ("Minimum", .minimum),
    ] {
      add([name]) { _ throws(LayerError) in Merging(arithmetic) }
    }
    add(["Average"]) { _ throws(LayerError) in Merging(.add, averages: true) }
    add(["Merge"]) { s throws(LayerError) in try Merging.reading(older: &s) }
    add(["Concatenate"]) { s throws(LayerError) in Concatenate(axis: try s.integer("axis") ?? -1) }
    add(["Dot"]) { s throws(LayerError) in try Dot(&s) }
    add(["Rescaling"]) { s throws(LayerError) in try Rescaling(&s) }
    add(["Normalization"]) { s throws(LayerError) in try Normalization(&s) }
    add(["UnitNormalization"]) { s throws(LayerError) in try UnitNormalization(&s) }
    add(["AutoContrast"]) { s throws(LayerError) in try AutoContrast(&s) }
    add(["Resizing"]) { s throws(LayerError) in try Resizing(&s) }
    add(["CenterCrop", "RandomCrop"]) { s throws(LayerError) in try CenterCrop(&s) }
    return readers
  }()
}
