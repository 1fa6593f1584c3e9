"""The networks of `keras.applications` that `architectures.py` holds to Keras, with weights that follow from names.

No file need hold the weights:

    value i of the variable V of the layer NAME: SplitMix64 seeded by FNV-1a 64 of the UTF-8 of "NAME/V";
    u = (next() >> 40) / 2^24, in [0, 1); i counts in row-major order of the Keras shape; all in float32:

    kernel, pointwise_kernel   (2u − 1) · sqrt(3 / fan_in) · gain    fan_in: the product of all extents but the last
    depthwise_kernel           (2u − 1) · sqrt(3 / fan_in) · gain    fan_in: kh · kw
    bias, beta, moving_mean    (2u − 1) · 0.1                     and the alpha of a PReLU
    gamma, moving_variance     0.8 + 0.4 · u                       and what Keras 3's LayerScale calls `variable`
    mean                       (2u − 1) · 0.5                       of a Normalization
    variance                   0.5 + u

The gain is 1.4, but for architectures that would fade or grow with it: 1.7 in EfficientNetB0, 1 in Xception. At
their own size two of them grow more than on small images, and multiply the last bits of an image: with these gains
the logits of Keras itself, in float32, were 8.3e-5 (EfficientNetB0) and 2.3e-4 (EfficientNetV2B0) from those that it
computes in float64, relative to the largest. There the gains are 1.6 and 1.2, with 2.9e-6 and 3.3e-7.
The other architectures take the first of `OTHER_GAINS` with which the last bits of an image stay last bits.
The kernel of a DepthwiseConv2D is `depthwise_kernel` here, although Keras 3 calls it `kernel`. Products are taken
from left to right, each rounded to float32, and so are the root and the quotient in it.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))

import numpy as np  # noqa: E402

import formula  # noqa: E402
from containers_of_models import leaves  # noqa: E402
from frameworks import start_again  # noqa: E402

# By name: the side of the image, its least, and what makes it narrow.
MODELS = {
    "MobileNet": (224, 32, {"alpha": 0.25}),
    "MobileNetV2": (224, 32, {"alpha": 0.35}),
    "MobileNetV3Small": (224, 32, {"alpha": 0.5}),
    "MobileNetV3Large": (224, 32, {"alpha": 0.5}),
    "VGG16": (224, 32, {}),
    "InceptionV3": (299, 75, {}),
    "Xception": (299, 71, {}),
    "DenseNet121": (224, 32, {}),
    "EfficientNetB0": (224, 32, {}),
    "EfficientNetV2B0": (224, 32, {}),
    "ResNet50": (224, 32, {}),
    "ResNet50V2": (224, 32, {}),
}
# The rest of `keras.applications`, at their own size alone, and what only tf-keras has.
OTHERS = {
    "VGG19": 224, "ResNet101": 224, "ResNet152": 224, "ResNet101V2": 224, "ResNet152V2": 224, "InceptionResNetV2": 299,
    "DenseNet169": 224, "DenseNet201": 224, "NASNetMobile": 224, "NASNetLarge": 331, "EfficientNetB1": 240,
    "EfficientNetB2": 260, "EfficientNetB3": 300, "EfficientNetB4": 380, "EfficientNetB5": 456, "EfficientNetB6": 528,
    "EfficientNetB7": 600, "EfficientNetV2B1": 240, "EfficientNetV2B2": 260, "EfficientNetV2B3": 300,
    "EfficientNetV2S": 384, "EfficientNetV2M": 480, "EfficientNetV2L": 480, "ConvNeXtTiny": 224, "ConvNeXtSmall": 224,
    "ConvNeXtBase": 224, "ConvNeXtLarge": 224, "ConvNeXtXLarge": 224,
}  # fmt: skip
OF_TFKERAS = {"RegNetX002": 224, "RegNetY002": 224, "ResNetRS50": 160}
SIDES = {name: side for name, (side, _, _) in MODELS.items()} | OTHERS | OF_TFKERAS
OTHER_GAINS = (1.4, 1.36, 1.2, 1.0, 1.7, 0.8, 2.0)
GAIN = 1.4
GAINS = {"EfficientNetB0": 1.7, "Xception": 1.0}
GAINS_AT_FULL_SIZE = GAINS | {"EfficientNetB0": 1.6, "EfficientNetV2B0": 1.2}
# These have their preprocessing inside and take pixels of 0 to 255.
OF_PIXELS = ("MobileNetV3", "EfficientNet", "ConvNeXt", "RegNet", "ResNetRS")


def weight(layer, name, shape, is_depthwise, gain):
    """The value of a variable, by the formula above."""
    one, two = np.float32(1), np.float32(2)
    name = "depthwise_kernel" if is_depthwise and name == "kernel" else name
    u = formula.uniform(f"{layer}/{name}", shape).astype("f4")
    match name:
        case "kernel" | "pointwise_kernel" | "depthwise_kernel":
            fan_in = np.prod(shape[:2] if name == "depthwise_kernel" else shape[:-1])
            value = (two * u - one) * np.sqrt(np.float32(3) / np.float32(fan_in)) * np.float32(gain)
        case "bias" | "beta" | "moving_mean" | "alpha":
            value = (two * u - one) * np.float32(0.1)
        case "gamma" | "moving_variance" | "variable":
            value = np.float32(0.8) + np.float32(0.4) * u
        case "mean":
            value = (two * u - one) * np.float32(0.5)
        case "variance":
            value = np.float32(0.5) + u
        case _:
            raise ValueError(f"no formula for {name}")
    assert value.dtype == np.float32
    return value


def fill(model, gain):
    for layer in leaves(model):
        for variable in layer.weights:
            name = variable.name.split("/")[-1].split(":")[0].lower()
            # Keras numbers what has no name of its own.
            name = "variable" if name.startswith("variable") else name
            if name != "count":
                is_depthwise = "Depthwise" in type(layer).__name__
                variable.assign(weight(layer.name, name, tuple(variable.shape), is_depthwise, gain))
        if layer.weights and hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return model


def build(framework, name, side, gain=None, **settings):
    start_again()
    model = getattr(framework.applications, name)(weights=None, input_shape=(side, side, 3), **settings)
    gains = GAINS_AT_FULL_SIZE if side == SIDES[name] else GAINS
    return fill(model, gain or gains.get(name, GAIN))


def sound_gain(framework, name):
    """A gain with which a network neither fades nor multiplies the last bits of its images."""
    if name in MODELS:
        return GAINS_AT_FULL_SIZE.get(name, GAIN)
    arrays = images(name, SIDES[name])
    for gain in OTHER_GAINS:
        model = build(framework, name, SIDES[name], gain, classifier_activation=None)
        one = np.asarray(model(arrays, training=False))
        largest = np.abs(one).max()
        if not np.isfinite(one).all() or np.abs(one[0] - one[1]).max() <= 0.01 * largest:
            continue
        # One change may happen to move nothing, as with EfficientNetB7 and 1.4.
        others = (model(arrays * np.float32(1 + change), training=False) for change in (2e-7, -2e-7, 5e-7))
        if all(np.abs(one - np.asarray(other)).max() <= 1e-5 * largest for other in others):
            return gain
    raise ValueError(f"{name}: no gain is sound")


def images(name, side):
    """Two images: noise upon squares of colour, since noise alone is the same picture to a deep network."""
    noise = formula.uniform(f"input/{side}x{side}x3", (2, side, side, 3)).astype("f4")
    squares = formula.uniform("squares", (2, 4, 4, 3)).astype("f4")
    places = np.arange(side) * 4 // side
    u = (noise + squares[:, places][:, :, places]) / np.float32(2)
    return u * np.float32(255) if name.startswith(OF_PIXELS) else np.float32(2) * u - np.float32(1)


def logits_of(framework, name, side, arrays, gain=None, **settings):
    """The same weights without the softmax."""
    model = build(framework, name, side, gain, classifier_activation=None, **settings)
    logits = np.asarray(model(arrays, training=False))
    assert np.isfinite(logits).all(), name
    # What the two images have in common must not be all there is.
    assert np.abs(logits[0] - logits[1]).max() > 0.01 * np.abs(logits).max(), name
    return logits
