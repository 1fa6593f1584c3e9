"""Holds `assay predict` to Keras on the architectures of `keras.applications`, from their files alone.

Each is written by Keras 3 and by tf-keras as `.keras` and `.h5`, with its softmax; what is compared are the logits
of two images, as Keras gives them without the softmax. Weights follow from names (`architecture_models.py`).

`--small` writes `Fixtures/architectures/` instead: each architecture at its smallest image and width, with 10 classes.

    configs.zip   <model>.<dialect>.json: the config alone, in the words of keras3.keras, keras3.h5, tfkeras.keras,
                  tfkeras.h5
    goldens.npz   <model>/input (2, H, W, 3), <model>/keras3 and <model>/tfkeras: logits (2, 10)
    index.json    the models: side of the image, settings, gain, parameters and largest logits
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import h5py  # noqa: E402
import numpy as np  # noqa: E402

from architecture_models import (  # noqa: E402
    GAIN, GAINS, MODELS, OF_TFKERAS, SIDES, build, images, logits_of, sound_gain,
)  # fmt: skip
from frameworks import keras, tf, tf_keras  # noqa: E402
from machine import made_by  # noqa: E402
from places import FIXTURES, write_lines  # noqa: E402

TOLERANCE = 1e-4
CLASSES = 10
NAMES = ("Keras", "tf-keras", "TensorFlow")
FRAMEWORKS = {"keras3": keras, "tfkeras": tf_keras}
EPOCH = (2020, 1, 1, 0, 0, 0)


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
    side = SIDES[name]
    arrays = images(name, side)
    for framework in (tf_keras,) if name in OF_TFKERAS else FRAMEWORKS.values():
        gain = sound_gain(framework, name)
        logits = logits_of(framework, name, side, arrays, gain)
        model = build(framework, name, side, gain)
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
    words = ", ".join(f"{name} {version}" for name, version in zip(NAMES, versions().values(), strict=True))
    columns = list(dict.fromkeys(container for row in rows.values() for container in row))
    lines = [
        "# Architectures",
        "",
        *made_by("Tools/compat/architectures", words),
        "",
        "The largest difference of any logit from Keras's, relative to the largest logit, for two images at the",
        "architecture's own size and width, from the file alone: `assay predict FILE --tensors x.npy`. More than",
        f"{TOLERANCE} is a failure. Weights follow from names, by the formula in `architecture_models.py`.",
        "",
        "| model | image | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 2) + "|",
    ]
    for name, row in rows.items():
        side = SIDES[name]
        lines.append(f"| {name} | {side}×{side} | " + " | ".join(row.get(column, "–") for column in columns) + " |")
    every = [words for row in rows.values() for words in row.values()]
    failed = sum("**" in words for words in every)
    lines += ["", f"{len(every) - failed} passed, {failed} failed"]
    return "\n".join(lines) + "\n"


def rows_of(text):
    """The rows of a page in which nothing lacks and nothing failed, model by model."""
    table = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    if not table:
        return {}
    return {
        name: {column: words for column, words in zip(table[0][2:], results, strict=True) if words != "–"}
        for name, _, *results in table[2:]
        if name in SIDES and not any("**" in words for words in results)
        and results.count("–") == (2 if name in OF_TFKERAS else 0)
    }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assay", help="the command")
    parser.add_argument("--models", nargs="*", default=list(MODELS), choices=list(SIDES))
    parser.add_argument("--all", action="store_true", help="all 40 of Keras 3, and three of tf-keras")
    parser.add_argument("--output", type=pathlib.Path, help="writes the table, as Markdown")
    parser.add_argument("--small", action="store_true", help="writes Fixtures/architectures, and compares nothing")
    parser.add_argument("--generate-only", action="store_true", help="writes the files and compares nothing")
    parser.add_argument("--resume", action="store_true", help="goes on after what --output holds already")
    options = parser.parse_args()
    if options.small:
        write_small(options.models)
        return 0
    if not options.assay and not options.generate_only:
        parser.error("--assay is needed, or --small, or --generate-only")
    rows = {}
    if options.resume and options.output and options.output.exists():
        rows = rows_of(options.output.read_text())
    for name in SIDES if options.all else options.models:
        if name in rows:
            continue
        rows[name] = {}
        for container, words in cells(options, name):
            rows[name][container] = words
            if options.output:
                options.output.write_text(page(rows))
    print("\n" + page(rows))
    return 1 if any("**" in words for row in rows.values() for words in row.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
