"""Loads with Keras what `assay convert` makes of models that it has no network for, without `--model`.

    converted.py --assay PATH

The models are those of `Tools/fixtures/classes.py`; every weight must come back as it was. Refused
conversions must name the layouts that can be written; the rest of the table must load.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import numpy as np

import classes
from frameworks import keras, start_again, tf_keras

REFUSED = {
    # Nothing in it tells the order of the layers.
    ("classes.weights.h5", "h5"), ("attention.weights.h5", "h5"),
    # The parts of a layer have other names, or another order, in the other layout.
    ("attention.h5", "weights.h5"), ("attention.h5", "h5"), ("attention.keras", "h5"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assay", required=True)
    assay = parser.parse_args().assay
    failures = 0
    for name, build in (("classes", classes.classes), ("attention", classes.attention)):
        for source in (f"{name}.h5", f"{name}.keras", f"{name}.weights.h5"):
            for suffix in ("weights.h5", "h5"):
                with tempfile.TemporaryDirectory() as folder:
                    out = pathlib.Path(folder) / f"out.{suffix}"
                    run = subprocess.run(
                        [assay, "convert", classes.FOLDER / source, out], capture_output=True, text=True)
                    if (source, suffix) in REFUSED:
                        isRight = run.returncode in (64, 65) and "--model tells it; without it: " in run.stderr
                        verdict = "refused"
                    else:
                        start_again()
                        model = build()
                        wanted = [w.numpy() for w in classes.filled(model).weights]
                        start_again()
                        model = build()
                        model.load_weights(out)
                        isRight = run.returncode == 0 and all(
                            np.array_equal(w.numpy(), v) for w, v in zip(model.weights, wanted))
                        verdict = "loaded"
                    print(f"{source} to .{suffix}: {verdict if isRight else 'WRONG ' + run.stderr}")
                    failures += not isRight
    failures += whole_models(assay)
    sys.exit(failures > 0)


def whole_models(assay):
    """What keeps its config must load as a model, with nothing but the file, and predict the same."""
    failures = 0
    for framework in (keras, tf_keras):
        with tempfile.TemporaryDirectory() as folder:
            start_again()
            model = classes.filled(whole_model(framework))
            images = np.random.default_rng(5).standard_normal((3, 9, 11, 3)).astype(np.float32)
            wanted = model.predict(images, verbose=0)
            for source, target in (("keras", "keras"), ("keras", "h5"), ("h5", "h5")):
                path, out = (pathlib.Path(folder) / name for name in (f"model.{source}", f"out.{target}"))
                model.save(path)
                run = subprocess.run([assay, "convert", path, out], capture_output=True, text=True)
                isRight = run.returncode == 0
                if isRight:
                    isRight = np.array_equal(framework.models.load_model(out).predict(images, verbose=0), wanted)
                verdict = "loaded whole" if isRight else "WRONG " + run.stderr
                print(f"{framework.__name__} .{source} to .{target}: {verdict}")
                failures += not isRight
    return failures


def whole_model(framework):
    """Layers of several classes and orders; two convolutions of one class, so that groups count."""
    layers = framework.layers
    image = layers.Input((9, 11, 3))
    x = layers.Conv2D(4, 3, name="first")(image)
    x = layers.ReLU()(layers.BatchNormalization(name="norm")(x))
    y = layers.Conv2D(4, 3, padding="same", name="a_second")(x)
    x = layers.Add()([x, layers.DepthwiseConv2D(3, padding="same")(y)])
    x = layers.GlobalAveragePooling2D()(layers.PReLU()(x))
    return framework.Model(image, layers.Dense(5, activation="softmax")(x))


if __name__ == "__main__":
    main()
