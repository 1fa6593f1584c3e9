"""The networks of the contest: how Keras builds each, its weights by formula, and the images that it takes."""

import sys
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2]
COUNT = 4  # images


@dataclass(frozen=True)
class Network:
    title: str
    # The class of keras.applications; none of what is built here or by Tools/fixtures.
    application: str = ""
    side: int = 224
    # Assay has these by name and takes a file of their weights; of the others a file that holds the network.
    has_name: bool = False
    # The images are pixels of 0 to 255, since the network normalises them itself.
    of_pixels: bool = False
    # Keras's export to ONNX was not through with VGG16's dense layer of 103 million weights after ten minutes.
    has_onnx: bool = True


MODELS = {
    "resnet50v2": Network("ResNet50V2", has_name=True),
    "mobilenetv2": Network("MobileNetV2", "MobileNetV2"),
    "resnet50": Network("ResNet50", has_name=True),
    "preact-resnet50": Network("preact-resnet50", has_name=True),
    "vgg16": Network("VGG16", "VGG16", has_onnx=False),
    "densenet121": Network("DenseNet121", "DenseNet121"),
    "inceptionv3": Network("InceptionV3", "InceptionV3", 299),
    "mobilenetv3large": Network("MobileNetV3Large", "MobileNetV3Large", of_pixels=True),
    "efficientnetb0": Network("EfficientNetB0", "EfficientNetB0", of_pixels=True),
    "efficientnetv2b0": Network("EfficientNetV2B0", "EfficientNetV2B0", of_pixels=True),
    "nasnetmobile": Network("NASNetMobile", "NASNetMobile"),
    "xception": Network("Xception", "Xception", 299),
    "convnexttiny": Network("ConvNeXtTiny", "ConvNeXtTiny", of_pixels=True),
    "vit-s16": Network("ViT-S/16"),
}


def file_of(model, folder):
    """What Assay and Keras read."""
    return folder / f"{model}.{'weights.h5' if MODELS[model].has_name else 'keras'}"


def loaded(model, folder):
    """The network with its weights, in Keras."""
    import keras

    if not MODELS[model].has_name:
        return keras.saving.load_model(file_of(model, folder), compile=False)
    network = fixture(model)
    network.load_weights(file_of(model, folder))
    return network


def filled(model):
    """The network with weights by formula, without its softmax, and images that it takes."""
    import keras

    network = MODELS[model]
    use("fixtures")
    import formula

    images = formula.images(COUNT, network.side, network.side, 3)
    if network.has_name:
        result = fixture(model)
        formula.fill(result)
        return result, images
    use("compat")
    import architecture_models

    if network.of_pixels:
        images = (images + 1) * 127.5
    if not network.application:
        return architecture_models.fill(vision_transformer(), architecture_models.GAIN), images
    gain = architecture_models.sound_gain(keras, network.application)
    side = architecture_models.SIDES[network.application]
    result = architecture_models.build(keras, network.application, side, gain, classifier_activation=None)
    return result, images


def fixture(model):
    """A network of Tools/fixtures by the name that assay knows, without weights."""
    use("fixtures")
    import networks

    return networks.build(model)


def use(folder):
    path = str(TOOLS / folder)
    if path not in sys.path:
        sys.path.append(path)


def vision_transformer(side=224, patch=16, width=384, depth=12, heads=6, classes=1000):
    """ViT-S/16 (Dosovitskiy et al. 2020) in layers of Keras alone, with the mean of all patches before its classes.

    The embedding of patches has a bias for each place, which is what position embeddings are.
    """
    import keras
    from keras import layers

    count = side // patch
    images = keras.Input((side, side, 3))
    x = layers.Reshape((count, patch, count, patch * 3))(images)
    x = layers.Permute((1, 3, 2, 4))(x)
    x = layers.Reshape((count * count, patch * patch * 3))(x)
    x = layers.EinsumDense("bpc,cd->bpd", output_shape=(count * count, width), bias_axes="pd")(x)
    for _ in range(depth):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([x, layers.MultiHeadAttention(heads, width // heads)(y, y)])
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        y = layers.Dense(4 * width, activation="gelu")(y)
        x = layers.Add()([x, layers.Dense(width)(y)])
    x = layers.LayerNormalization(epsilon=1e-6)(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(images, layers.Dense(classes)(x), name="vit_s16")
