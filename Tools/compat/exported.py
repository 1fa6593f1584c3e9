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
TOLERANCE = 1e-5
GAIN = 1.4


@dataclass
class Family:
    """How Keras makes one, and what the command is told of it."""

    side: int
    symbol: str = ""
    module: str = ""
    settings: dict = field(default_factory=dict)
    options: tuple = ()
    gain: float = GAIN

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
        return fill(model, self.gain)

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
    "xception": Family(71, "Xception", "xception", {"classes": 10}, gain=1.0),
    "inceptionv3": Family(75, "InceptionV3", "inception_v3", {"classes": 10}),
    "inceptionresnetv2": Family(75, "InceptionResNetV2", "inception_resnet_v2", {"classes": 10}),
    "nasnetmobile": Family(32, "NASNetMobile", "nasnet", {"classes": 10}),
    "efficientnetb0:scratch": Family(32, "EfficientNetB0", "efficientnet", {"classes": 10}, gain=1.7),
    "efficientnetv2b0:keras": Family(32, "EfficientNetV2B0", "efficientnet_v2", {"classes": 10}),
    "efficientnetv2s:unscaled": Family(
        32, "EfficientNetV2S", "efficientnet_v2", {"classes": 10, "include_preprocessing": False}
    ),
    "convnexttiny:keras": Family(32, "ConvNeXtTiny", "convnext", {"classes": 10}),
}


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


def cells(assay, name, folder):
    """One family's row: each kind of file in each Keras, then both with pixels going in."""
    family = FAMILIES[name]
    model = family.build(name)
    weights = folder / "w.weights.h5"
    if name.startswith("squeezenet"):
        weights = folder / "w.npz"
        np.savez(weights, **spelled(model))
    else:
        model.save_weights(weights)
    pixels = pixels_of(name, (family.side, family.side, 3))
    images = family.preprocessed(pixels)
    wanted = results(model, images)
    assert all(np.isfinite(one).all() for one in wanted), name
    assert np.abs(wanted[0][0] - wanted[0][1]).max() > 1e-3 * np.abs(wanted[0]).max(), name
    told = ["--model", name, "--input-size", str(family.side), *family.options]
    for ending in ("keras", "h5"):
        out = folder / f"out.{ending}"
        refusal = export(assay, weights, out, *told)
        for words, framework in FRAMEWORKS.items():
            yield f"`.{ending}` in {words}", refusal or difference(framework, out, images, wanted)
    for ending, words in (("keras", "Keras 3"), ("h5", "tf-keras")):
        out = folder / f"pixels.{ending}"
        refusal = export(assay, weights, out, *told, "--with-preprocessing")
        yield f"pixels, `.{ending}` in {words}", refusal or difference(FRAMEWORKS[words], out, pixels, wanted)


def original(path):
    """A file's own model, in the Keras that loads it."""
    for framework in FRAMEWORKS.values():
        start_again()
        try:
            return framework.models.load_model(path, compile=False)
        except Exception as error:
            print(f"{path.name}, {framework.__name__}: {str(error).splitlines()[0][:100]}", file=sys.stderr)
    return None


def cells_of_file(assay, path, folder):
    """The row of a whole model."""
    model = original(path)
    if model is None:
        yield "the file", "loaded by neither"
        return
    shape = tuple(extent or 64 for extent in model.inputs[0].shape[1:])
    images = pixels_of(path.stem, shape) / np.float32(127.5) - 1
    wanted = results(model, images)
    told = ["--input-size", f"{shape[0]}x{shape[1]}"] if None in model.inputs[0].shape[1:] else []
    for ending in ("keras", "h5"):
        out = folder / f"out.{ending}"
        refusal = export(assay, path, out, *told)
        for words, framework in FRAMEWORKS.items():
            yield f"`.{ending}` in {words}", refusal or difference(framework, out, images, wanted)
    out = folder / "pixels.keras"
    refusal = export(assay, path, out, *told, "--with-preprocessing", "--normalize", "tf")
    raw = (images + 1) * np.float32(127.5)
    for words, framework in FRAMEWORKS.items():
        yield f"pixels, `.keras` in {words}", refusal or difference(framework, out, raw, wanted)


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, help="whole models, instead of the families")
    parser.add_argument("--assay", required=True, help="the command")
    parser.add_argument("--models", nargs="*", default=list(FAMILIES), choices=list(FAMILIES))
    parser.add_argument("--output", type=pathlib.Path, help="writes the table, as Markdown")
    options = parser.parse_args()
    if options.folder:
        files = sorted(path for path in options.folder.iterdir() if path.suffix in (".keras", ".h5", ".hdf5"))
        tasks = {path.name: (cells_of_file, path) for path in files}
    else:
        tasks = {name: (cells, name) for name in options.models}
    rows = {}
    for name, (row, subject) in tasks.items():
        rows[name] = {}
        with tempfile.TemporaryDirectory() as folder:
            for column, words in row(options.assay, subject, pathlib.Path(folder)):
                print(f"{name} | {column} | {words}", flush=True)
                rows[name][column] = words
        if options.output:
            options.output.write_text(page(rows))
    print("\n" + page(rows))
    return 1 if any(not words[:1].isdigit() for row in rows.values() for words in row.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
