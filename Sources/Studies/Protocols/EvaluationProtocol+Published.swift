import Datasets

extension EvaluationProtocol {
  /// The protocols of published tables, each with the name that it is known by here.
  public static let published: [(name: String, settings: EvaluationProtocol)] = [
    // torchvision/references/classification/presets.py, IMAGENET1K_V1 weights.
    (
      "torchvision-v1",
      EvaluationProtocol(
        preset: "torchvision", inputSize: square224, interpolation: .bilinear, normalize: .torch,
        minAspectDim: 256)
    ),
    // IMAGENET1K_V2 of ResNet: resize_size 232, crop_size 224.
    (
      "torchvision-v2",
      EvaluationProtocol(
        preset: "torchvision", inputSize: square224, interpolation: .bilinear, normalize: .torch,
        minAspectDim: 232)
    ),
    // timm's default_cfg of its ResNets: crop_pct 0.875 and 0.95, bicubic.
    (
      "timm-0.875",
      EvaluationProtocol(
        preset: "torchvision", inputSize: square224, interpolation: .bicubic, normalize: .torch,
        minAspectDim: 256)
    ),
    (
      "timm-0.95",
      EvaluationProtocol(
        preset: "torchvision", inputSize: square224, interpolation: .bicubic, normalize: .torch,
        minAspectDim: 235)
    ),
    // tensorflow/models official/legacy/image_classification/resnet/imagenet_preprocessing.py.
    (
      "tf-official",
      EvaluationProtocol(
        preset: "tf-official", inputSize: square224, normalize: .rgbMeans, minAspectDim: 256,
        resizeDim: 224)
    ),
    // ImageDataGenerator.flow_from_directory and load_img: Pillow, nearest; the model's normalisation.
    ("keras-load-img", EvaluationProtocol(preset: "keras-pil", interpolation: .nearest)),
    // image_dataset_from_directory; the model's size and normalisation.
    ("keras-dataset", EvaluationProtocol(preset: "keras-tf", interpolation: .bilinear)),
  ]

  private static let square224 = InputSize(square: 224)
}
