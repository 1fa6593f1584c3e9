"""Holds `assay predict` to Keras on the architectures of `keras.applications`, from their files alone.

Each is written by Keras 3 and by tf-keras as `.keras` and `.h5`, with its softmax; what is compared are the logits
of two images, as Keras gives them without the softmax. Weights follow from names, so that no file need hold them:

    value i of the variable V of the layer NAME: SplitMix64 seeded by FNV-1a 64 of the UTF-8 of "NAME/V";
    u = (next() >> 40) / 2^24, in [0, 1); i counts in row-major order of the Keras shape; all in float32:

    kernel, pointwise_kernel   (2u − 1) · sqrt(3 / fan_in) · gain    fan_in: the product of all extents but the last
    depthwise_kernel           (2u − 1) · sqrt(3 / fan_in) · gain    fan_in: kh · kw
    bias, beta, moving_mean    (2u − 1) · 0.1
    gamma, moving_variance     0.8 + 0.4 · u
    mean                       (2u − 1) · 0.5                       of a Normalization
    variance                   0.5 + u

The gain is 1.4, but for two architectures that would fade or grow with it: 1.7 in EfficientNetB0, 1 in Xception.
The kernel of a DepthwiseConv2D is `depthwise_kernel` here, although Keras 3 calls it `kernel`. Products are taken
from left to right, each rounded to float32, and so are the root and the quotient in it.

`--small` writes `Fixtures/architectures/` instead: each architecture at its smallest image and width, with 10 classes.

    configs.zip   <model>.<dialect>.json: the config alone, in the words of keras3.keras, keras3.h5, tfkeras.keras,
                  tfkeras.h5
    goldens.npz   <model>/input (2, H, W, 3), <model>/keras3 and <model>/tfkeras: logits (2, 10)
    index.json    the models: side of the image, settings, gain, parameters and largest logits
"""

import argparse
import datetime
import pathlib
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import h5py  # noqa: E402
import numpy as np  # noqa: E402

import formula  # noqa: E402
from containers_of_models import leaves  # noqa: E402
from frameworks import keras, start_again, tf, tf_keras  # noqa: E402
from places import FIXTURES, write_lines  # noqa: E402

TOLERANCE = 1e-4
CLASSES = 10
FRAMEWORKS = {"keras3": keras, "tfkeras": tf_keras}
EPOCH = (2020, 1, 1, 0, 0, 0)
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
GAIN = 1.4
GAINS = {"EfficientNetB0": 1.7, "Xception": 1.0}
# These have their preprocessing inside and take pixels of 0 to 255.
OF_PIXELS = ("MobileNetV3", "EfficientNet")


def weight(layer, name, shape, is_depthwise, gain):
    """The value of a variable, by the formula above."""
    one, two = np.float32(1), np.float32(2)
    name = "depthwise_kernel" if is_depthwise and name == "kernel" else name
    u = formula.uniform(f"{layer}/{name}", shape).astype("f4")
    match name:
        case "kernel" | "pointwise_kernel" | "depthwise_kernel":
            fan_in = np.prod(shape[:2] if name == "depthwise_kernel" else shape[:-1])
            value = (two * u - one) * np.sqrt(np.float32(3) / np.float32(fan_in)) * np.float32(gain)
        case "bias" | "beta" | "moving_mean":
            value = (two * u - one) * np.float32(0.1)
        case "gamma" | "moving_variance":
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
            name = variable.name.split("/")[-1].split(":")[0]
            if name != "count":
                is_depthwise = "Depthwise" in type(layer).__name__
                variable.assign(weight(layer.name, name, tuple(variable.shape), is_depthwise, gain))
        if layer.weights and hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return model


def build(framework, name, side, **settings):
    start_again()
    model = getattr(framework.applications, name)(weights=None, input_shape=(side, side, 3), **settings)
    return fill(model, GAINS.get(name, GAIN))


def images(name, side):
    """Two images: noise upon squares of colour, since noise alone is the same picture to a deep network."""
    noise = formula.uniform(f"input/{side}x{side}x3", (2, side, side, 3)).astype("f4")
    squares = formula.uniform("squares", (2, 4, 4, 3)).astype("f4")
    places = np.arange(side) * 4 // side
    u = (noise + squares[:, places][:, :, places]) / np.float32(2)
    return u * np.float32(255) if name.startswith(OF_PIXELS) else np.float32(2) * u - np.float32(1)


def logits_of(framework, name, side, arrays, **settings):
    """The same weights without the softmax."""
    model = build(framework, name, side, classifier_activation=None, **settings)
    logits = np.asarray(model(arrays, training=False))
    assert np.isfinite(logits).all(), name
    # What the two images have in common must not be all there is.
    assert np.abs(logits[0] - logits[1]).max() > 0.01 * np.abs(logits).max(), name
    return logits


def config_of(path):
    if path.suffix == ".keras":
        return zipfile.ZipFile(path).read("config.json").decode()
    with h5py.File(path) as file:
        return file.attrs["model_config"]


def write_small(names):
    out = FIXTURES / "architectures"
    out.mkdir(parents=True, exist_ok=True)
    configs, goldens, rows = {}, {}, []
    for name in names:
        _, side, narrow = MODELS[name]
        arrays = images(name, side)
        goldens[f"{name}/input"] = arrays
        row = {"name": name, "side": side, "settings": narrow, "gain": GAINS.get(name, GAIN)}
        for dialect, framework in FRAMEWORKS.items():
            logits = logits_of(framework, name, side, arrays, classes=CLASSES, **narrow)
            goldens[f"{name}/{dialect}"] = logits
            model = build(framework, name, side, classes=CLASSES, **narrow)
            row |= {"parameters": model.count_params(), f"largest_{dialect}": float(np.abs(logits).max())}
            with tempfile.TemporaryDirectory() as folder:
                for ending in ("keras", "h5"):
                    path = pathlib.Path(folder) / f"model.{ending}"
                    model.save(path)
                    configs[f"{name}.{dialect}.{ending}.json"] = config_of(path)
        print(row, flush=True)
        rows.append(row)
    with zipfile.ZipFile(out / "configs.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member in sorted(configs):
            archive.writestr(zipfile.ZipInfo(member, EPOCH), configs[member], zipfile.ZIP_DEFLATED)
    np.savez_compressed(out / "goldens.npz", **goldens)
    write_lines(out / "index.json", versions(), "models", rows)
    print({path.name: path.stat().st_size for path in sorted(out.iterdir())})


def versions():
    return {"keras": keras.__version__, "tf_keras": tf_keras.__version__, "tensorflow": tf.__version__}


def predicted(assay, path, folder):
    """What the command computes of a file, or what it says."""
    saved = folder / "assay.npy"
    done = subprocess.run(
        [assay, "predict", path, "--tensors", folder / "x.npy", "--save", saved],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"exit {done.returncode}: {done.stderr.strip()}", file=sys.stderr)
        return None
    return np.load(saved)


def cells(options, name):
    """The largest difference relative to the largest logit, container by container."""
    side = MODELS[name][0]
    arrays = images(name, side)
    for dialect, framework in FRAMEWORKS.items():
        logits = logits_of(framework, name, side, arrays)
        model = build(framework, name, side)
        for ending in ("keras", "h5"):
            container = f"{'Keras 3' if framework is keras else 'tf-keras'} `.{ending}`"
            with tempfile.TemporaryDirectory() as temporary:
                folder = pathlib.Path(temporary)
                path = folder / f"{name}.{ending}"
                model.save(path)
                np.save(folder / "x.npy", arrays)
                if options.generate_only:
                    words = f"{path.stat().st_size / 1e6:.0f} MB, largest {np.abs(logits).max():.3g}"
                else:
                    result = predicted(options.assay, path, folder)
                    if result is None or result.shape != logits.shape:
                        words = "**refused**" if result is None else f"**shape {result.shape}**"
                    else:
                        difference = float(np.abs(result - logits).max() / np.abs(logits).max())
                        words = f"{difference:.1e}" if difference <= TOLERANCE else f"**{difference:.1e}**"
            print(f"{name} | {container} | {words}", flush=True)
            yield container, words


def page(rows):
    columns = list(dict.fromkeys(container for row in rows.values() for container in row))
    lines = [
        "# Architectures",
        "",
        f"Keras {keras.__version__}, tf-keras {tf_keras.__version__}, TensorFlow {tf.__version__}; "
        f"{datetime.date.today():%d %B %Y}; made by `Tools/compat/architectures`.",
        "",
        "The largest difference of any logit from Keras's, relative to the largest logit, for two images at the",
        "architecture's own size, from the file alone.",
        "",
        "| model | image | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 2) + "|",
    ]
    for name, row in rows.items():
        side = MODELS[name][0]
        lines.append(f"| {name} | {side}×{side} | " + " | ".join(row.get(column, "–") for column in columns) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", help="the command")
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=list(MODELS))
    parser.add_argument("--output", type=pathlib.Path, help="writes the table, as Markdown")
    parser.add_argument("--small", action="store_true", help="writes Fixtures/architectures, and compares nothing")
    parser.add_argument("--generate-only", action="store_true", help="writes the files and compares nothing")
    options = parser.parse_args()
    if options.small:
        write_small(options.models)
        return 0
    if not options.assay and not options.generate_only:
        parser.error("--assay is needed, or --small, or --generate-only")
    rows = {}
    for name in options.models:
        rows[name] = {}
        for container, words in cells(options, name):
            rows[name][container] = words
            if options.output:
                options.output.write_text(page(rows))
    print("\n" + page(rows))
    return 1 if any("**" in words for row in rows.values() for words in row.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
