import Assay

/// A published backbone between a normalisation and a head of our own.
struct OwnNetwork: Block {
  /// The network of the digits, of which the layers before its head are taken.
  let backbone = PreActivationResNet(
    blocksPerStage: [2, 2], block: .regular, filters: 8, classes: 10)

  func callAsFunction(_ image: Signal) -> Signal {
    let pixels = image.applying(CentredPixels(), named: "normalization")
    let features = backbone.pooledFeatures(pixels)
    return features.dense("classes", units: 10)
      .applying(Temperature(degrees: 2), named: "temperature")
  }

  /// What the file calls the layers: those of the backbone as ever, and our head.
  static let names = NameMap.kerasPreActivation.adding(["classes": "dense"])
}

/// A normalisation of our own: pixels of 0 to 255 as −1 to 1.
struct CentredPixels: Layer {
  var kerasClass: String { "CentredPixels" }

  func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [inputs[0].map(.affine(scale: 1 / 127.5, offset: -1))]
  }
}

/// A layer of our own: logits over a temperature, which calibrates probabilities and moves no class.
struct Temperature: Layer {
  var degrees: Float
  var kerasClass: String { "Temperature" }

  func callAsFunction(_ inputs: [Signal], _ variables: Variables) -> [Signal] {
    [inputs[0].map(.affine(scale: 1 / degrees, offset: 0))]
  }
}
