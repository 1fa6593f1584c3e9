"""Loads with Keras 3 and with tf-keras what `assay export` writes, and compares predictions with the original's.

    exported.py --assay PATH [--models NAME …] [--output EXPORTED.md]
    exported.py --assay PATH FOLDER

Each family is built by Keras 3 on small images, with weights that follow from names (`architecture_models.py`), and
saved as weights alone, from which the command must make the whole model: as `.keras` and as `.h5`, each loaded by both
with nothing but the file. With `--with-preprocessing` the exported model gets pixels, and the original what its
`preprocess_input` makes of them. Of a folder, each whole model is exported to both kinds, loaded by both,
and compared with the file as the Keras loads it that can.
"""

import argparse
import importlib
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import numpy as np

import dialect_networks
import formula
import preact_resnet
from architecture_models import fill
from frameworks import keras, start_again, tf, tf_keras
from machine import made_by

FRAMEWORKS = {"Keras 3": keras, "tf-keras": tf_keras}
# As of the other tables: what tf-keras predicts of the same layers is 6e-6 from Keras 3 in MobileNetV2.
TOLERANCE = 1e-4
# The first with which a network neither fades nor saturates its softmax is taken.
GAINS = (1.4, 1.2, 1.0, 0.8, 1.7, 2.0)


@dataclass
class Family:
    """How Keras makes one, and what the command is told of it."""

    side: int
    symbol: str = ""
    module: str = ""
    settings: dict = field(default_factory=dict)
    options: tuple = ()

    def build(self, name):
        start_again()
        if name.startswith("preact"):
            network = preact_resnet.PreactResNet((1, 2), bottleneck=True, filters=16, classes=10)
            model = network.build((self.side, self.side, 3))
        elif name.startswith("squeezenet"):
            image, logits, _ = dialect_networks.squeezenet((self.side, self.side, 3), "1.1")
            model = keras.Model(image, keras.layers.Softmax()(logits))
        else:
            build = getattr(keras.applications, self.symbol)
            model = build(weights=None, input_shape=(self.side, self.side, 3), **self.settings)
        return model

    def preprocessed(self, pixels):
        """What the family's own `preprocess_input` makes of pixels; preact-resnet takes them as they are."""
        if not self.module:
            return pixels
        module = importlib.import_module(f"keras.applications.{self.module}")
        return np.asarray(module.preprocess_input(pixels.copy()), np.float32)


FAMILIES = {
    "preact-resnet50": Family(64, options=("--blocks-per-stage", "1,2")),
    "squeezenet1.1": Family(64, module="vgg16"),
    "resnet50": Family(32, "ResNet50", "resnet", {"classes": 10}),
    "resnet50v2": Family(32, "ResNet50V2", "resnet_v2", {"classes": 10}),
    "vgg16": Family(32, "VGG16", "vgg16", {"classes": 10}),
    "mobilenet": Family(32, "MobileNet", "mobilenet", {"alpha": 0.25}),
    "mobilenetv2": Family(32, "MobileNetV2", "mobilenet_v2", {"alpha": 0.35}),
    "mobilenetv3small": Family(32, "MobileNetV3Small", "mobilenet_v3", {"alpha": 0.75}),
    "mobilenetv3large-minimalistic": Family(
        32, "MobileNetV3Large", "mobilenet_v3", {"alpha": 0.75, "minimalistic": True}
    ),
    "densenet121": Family(32, "DenseNet121", "densenet", {"classes": 10}),
    "xception": Family(71, "Xception", "xception", {"classes": 10}),
    "inceptionv3": Family(75, "InceptionV3", "inception_v3", {"classes": 10}),
    "inceptionresnetv2": Family(75, "InceptionResNetV2", "inception_resnet_v2", {"classes": 10}),
    "nasnetmobile": Family(32, "NASNetMobile", "nasnet", {"classes": 10}),
    "efficientnetb0:scratch": Family(32, "EfficientNetB0", "efficientnet", {"classes": 10}),
    "efficientnetv2b0:keras": Family(32, "EfficientNetV2B0", "efficientnet_v2", {"classes": 10}),
    "efficientnetv2s:unscaled": Family(
        32, "EfficientNetV2S", "efficientnet_v2", {"classes": 10, "include_preprocessing": False}
    ),
    "convnexttiny:keras": Family(32, "ConvNeXtTiny", "convnext", {"classes": 10}),
}


LAYERS = "a model of every layer"


def pixels_of(name, shape):
    """Two images of whole numbers from 0 to 255, with squares of colour so that a deep network tells them apart."""
    noise = formula.uniform(f"{name}/pixels", (2, *shape))
    places = [np.arange(extent) * 4 // extent for extent in shape[:2]]
    squares = formula.uniform(f"{name}/squares", (2, 4, 4, shape[2]))[:, places[0]][:, :, places[1]]
    return np.floor((noise + squares) * 127.99).astype("f4")


def spelled(model):
    """Arrays by published names, for the names that Keras 3 does not take."""
    return {
        f"{dialect_networks.spelled(layer.name)}/{variable.name}": np.asarray(variable)
        for layer in model.layers
        for variable in layer.weights
    }


def export(assay, source, out, *options):
    """Runs the command; what it says, if it refuses."""
    run = subprocess.run(
        [assay, "export", *options, "--weights", source, out], capture_output=True, text=True, check=False
    )
    return run.stderr.strip().splitlines()[-1] if run.returncode else None


def results(model, images):
    """What a model gives, each result an array."""
    given = model(images, training=False)
    return [np.asarray(one) for one in (given if isinstance(given, (list, tuple)) else [given])]


def difference(framework, path, images, wanted):
    """The largest difference of any prediction, as a cell of a table."""
    start_again()
    try:
        given = results(framework.models.load_model(path, compile=False), images)
    except Exception as error:
        return f"**{type(error).__name__}: {str(error).splitlines()[0][:120]}**"
    if [one.shape for one in given] != [one.shape for one in wanted]:
        return f"**{[one.shape for one in given]}**"
    scale = max(max(np.abs(one).max() for one in wanted), 1e-30)
    largest = max(np.abs(one - other).max() for one, other in zip(given, wanted, strict=True)) / scale
    # A number that is none compares with nothing.
    return f"{largest:.1e}" if largest <= TOLERANCE else f"**{largest:.1e}**"


def telling(model, images):
    """Whether a network tells two images apart by predictions that are not all 0 and 1."""
    first = results(model, images)[0]
    largest = np.abs(first).max()
    return bool(np.isfinite(first).all() and largest != 1 and np.abs(first[0] - first[1]).max() > 1e-3 * largest)


def cells(assay, name, folder):
    """One family's row: each kind of file in each Keras, then both with pixels going in."""
    family = FAMILIES[name]
    pixels = pixels_of(name, (family.side, family.side, 3))
    images = family.preprocessed(pixels)
    model = family.build(name)
    assert any(telling(fill(model, gain), images) for gain in GAINS), f"{name}: no gain is sound"
    weights = folder / "w.weights.h5"
    if name.startswith("squeezenet"):
        weights = folder / "w.npz"
        np.savez(weights, **spelled(model))
    else:
        model.save_weights(weights)
    wanted = results(model, images)
    told = ["--model", name, "--input-size", str(family.side), *family.options]
    for ending in ("keras", "h5"):
        out = folder / f"out.{ending}"
        refusal = export(assay, weights, out, *told)
        for words, framework in FRAMEWORKS.items():
            yield f"`.{ending}` in {words}", refusal or difference(framework, out, images, wanted)
    if np.array_equal(images, pixels):
        # What takes pixels by itself has nothing put in front of it.
        return
    for ending, words in (("keras", "Keras 3"), ("h5", "tf-keras")):
        out = folder / f"pixels.{ending}"
        refusal = export(assay, weights, out, *told, "--with-preprocessing")
        yield f"pixels, `.{ending}` in {words}", refusal or difference(FRAMEWORKS[words], out, pixels, wanted)


def every_layer():
    """A model of each class of layer that is written as it is, and of what is written as others; two results."""
    start_again()
    layers, ops = keras.layers, keras.ops
    image = layers.Input((16, 18, 3), name="image")
    x = layers.CenterCrop(14, 16)(layers.Resizing(16, 18, "nearest")(image))
    x = layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0])(layers.Rescaling(0.5, 0.1)(x))
    x = layers.Conv2D(8, 3, padding="same", activation="silu", name="conv")(layers.ZeroPadding2D(((1, 2), (0, 1)))(x))
    x = layers.Conv2D(8, (3, 1), groups=4, dilation_rate=2, use_bias=False, activation="hard_sigmoid")(x)
    x = layers.BatchNormalization(epsilon=1e-4)(x) + layers.GroupNormalization(4)(x)
    x = layers.DepthwiseConv2D(3, 2, "same", depth_multiplier=2, activation="leaky_relu")(x)
    x = layers.Conv2DTranspose(6, 3, 2, "same", activation="relu6")(layers.SeparableConv2D(6, 3, padding="same")(x))
    x = layers.UpSampling2D(2, interpolation="bilinear")(layers.LayerNormalization()(layers.Cropping2D(1)(x)))
    x = layers.Dropout(0.5)(layers.PReLU(shared_axes=[1, 2])(layers.LeakyReLU(0.2)(x)))
    x = layers.ELU(0.7)(layers.UnitNormalization(-1)(layers.SpatialDropout2D(0.1)(x)))
    pooled = layers.MaxPooling2D(3, 2, "same")(x), layers.AveragePooling2D(3, 2, "same")(x)
    x = layers.Concatenate()([*pooled, layers.Subtract()(list(pooled)), layers.Maximum()(list(pooled))])
    x = layers.Average()([x, layers.Minimum()([x, x * 0.5]), 1.0 - x / 4.0])
    x = ops.relu(x - 0.1) + ops.silu(x)
    x = ops.pad(x, [[0, 0], [1, 1], [0, 2], [0, 0]])
    x = layers.Dense(6, activation="hard_silu")(layers.EinsumDense("abcd,de->abce", (*x.shape[1:3], 6), bias_axes="e")(x))
    names = ("gelu", "tanh", "elu", "selu", "softplus", "softsign", "exponential", "mish", "relu", "sigmoid", "linear")
    # Kept small, so that what follows saturates nothing.
    x = layers.LayerNormalization()(layers.Add()([layers.Activation(name)(x) for name in names]))
    shared = layers.Conv2D(6, 3, padding="same", name="shared")
    x = layers.Multiply()([shared(x), shared(shared(x))])
    inner = keras.Sequential([layers.Input(x.shape[1:]), layers.Conv2D(5, 1, name="conv"), layers.ReLU(6.0)], name="inner")
    x = layers.Permute((2, 1, 3))(inner(x))
    features = layers.GlobalAveragePooling2D()(x) + layers.GlobalMaxPooling2D()(x)
    rows = layers.Reshape((x.shape[1] * x.shape[2], 5))(x)
    rows = layers.Conv1D(5, 3, padding="causal")(layers.ZeroPadding1D(1)(layers.AveragePooling1D(2)(rows)))
    mixed = layers.Dot(axes=(2, 1))([rows, layers.Permute((2, 1))(rows)])
    mixed = layers.Flatten()(layers.Cropping1D((1, 2))(layers.Softmax(axis=1)(mixed)))
    repeated = layers.GlobalAveragePooling1D()(layers.RepeatVector(3)(features))
    scores = layers.Dense(4, activation="sigmoid", name="scores")(layers.Concatenate()([mixed, repeated]))
    return fill(keras.Model(image, [layers.Dense(3, activation="softmax", name="classes")(features), scores]), 0.7)


def cells_of_layers(assay, _, folder):
    path = folder / "layers.keras"
    every_layer().save(path)
    # Its own kind keeps its config; a size makes the network be told anew.
    yield from cells_of_file(assay, path, folder, "--input-size", "16x18")


def original(path):
    """A file's own model, in each Keras that loads it."""
    models = {}
    for words, framework in FRAMEWORKS.items():
        start_again()
        try:
            models[words] = framework.models.load_model(path, compile=False)
        except Exception as error:
            print(f"{path.name}, {words}: {str(error).splitlines()[0][:100]}", file=sys.stderr)
    return models


def cells_of_file(assay, path, folder, *told):
    """The row of a whole model."""
    models = original(path)
    if not models:
        yield "the file", "loaded by neither"
        return
    model = next(iter(models.values()))
    shape = tuple(extent or 64 for extent in model.inputs[0].shape[1:])
    # Some models are so sure of any noise that two images have the same probabilities: less noise then.
    for spread in (1, 0.3, 0.1, 0.03):
        images = (pixels_of(path.stem, shape) / np.float32(127.5) - 1) * np.float32(spread)
        wanted = results(model, images)
        if any(np.abs(one[0] - one[1]).max() > 1e-3 * np.abs(one).max() for one in wanted):
            break
    else:
        raise RuntimeError(f"{path.name} gives one result for all images")
    if None in model.inputs[0].shape[1:]:
        told = ("--input-size", f"{shape[0]}x{shape[1]}")
    for ending in ("keras", "h5"):
        out = folder / f"out.{ending}"
        refusal = export(assay, path, out, *told)
        # With nothing to add, a file of the same kind keeps its config, and is for the Keras that it was for.
        is_kept = not told and (ending == "keras") == (path.suffix == ".keras")
        for words in models if is_kept else FRAMEWORKS:
            framework = FRAMEWORKS[words]
            yield f"`.{ending}` in {words}", refusal or difference(framework, out, images, wanted)
    raw = (images + 1) * np.float32(127.5)
    for ending, words in (("keras", "Keras 3"), ("h5", "tf-keras")):
        out = folder / f"pixels.{ending}"
        refusal = export(assay, path, out, *told, "--with-preprocessing", "--normalize", "tf")
        yield f"pixels, `.{ending}` in {words}", refusal or difference(FRAMEWORKS[words], out, raw, wanted)


def page(rows):
    names = {"Keras": keras, "tf-keras": tf_keras, "TensorFlow": tf}
    words = ", ".join(f"{name} {module.__version__}" for name, module in names.items())
    columns = list(dict.fromkeys(column for row in rows.values() for column in row))
    lines = [
        "# Exported models",
        "",
        *made_by("Tools/compat/exported", words),
        "",
        "The largest difference of any prediction from that of the original in Keras 3, relative to the largest, for two",
        "images: `assay export --model NAME --weights FILE out.keras`, loaded by `load_model` with nothing but the file.",
        f"More than {TOLERANCE} is a failure. The last columns are of models that take pixels (`--with-preprocessing`),",
        "beside the original with the family's `preprocess_input`.",
        "",
        "| model | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(row.get(column, "–") for column in columns) + " |")
    every = [words for row in rows.values() for words in row.values()]
    passed = sum(words[:1].isdigit() for words in every)
    return "\n".join([*lines, "", f"{passed} passed, {len(every) - passed} failed"]) + "\n"


def rows_of(path):
    """The rows of a page that was written before, of families that still are some."""
    if not path or not path.exists():
        return {}
    table = [line.strip("| \n").split(" | ") for line in path.read_text().splitlines() if line.startswith("| ")]
    columns = table[0][1:]
    return {
        name: {column: words for column, words in zip(columns, row, strict=True) if words != "–"}
        for name, *row in table[1:]
        if name in (*FAMILIES, LAYERS)
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, help="whole models, instead of the families")
    parser.add_argument("--assay", required=True, help="the command")
    parser.add_argument("--models", nargs="*", default=[*FAMILIES, LAYERS], choices=[*FAMILIES, LAYERS])
    parser.add_argument("--output", type=pathlib.Path, help="writes the table, as Markdown")
    options = parser.parse_args()
    if options.folder:
        files = sorted(path for path in options.folder.iterdir() if path.suffix in (".keras", ".h5", ".hdf5"))
        tasks = {path.name: (cells_of_file, path) for path in files}
    else:
        tasks = {name: (cells_of_layers if name == LAYERS else cells, name) for name in options.models}
    # A run of some families leaves the rows of the others; a row is written when it is whole.
    rows = {} if options.folder else rows_of(options.output)
    for name, (row, subject) in tasks.items():
        rows.pop(name, None)
        made = {}
        with tempfile.TemporaryDirectory() as folder:
            for column, words in row(options.assay, subject, pathlib.Path(folder)):
                print(f"{name} | {column} | {words}", flush=True)
                made[column] = words
        rows[name] = made
        if options.output:
            options.output.write_text(page(rows))
    print("\n" + page(rows))
    return 1 if any(not words[:1].isdigit() for row in rows.values() for words in row.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
