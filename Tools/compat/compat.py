"""Checks `assay` against Keras, container by container, and prints a table.

For every network and every container that Keras 3 or tf-keras writes: does `assay predict` give
Keras's logits, and does Keras predict the same from what `assay convert` makes of the file?
"""

import argparse
import datetime
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import numpy as np  # noqa: E402

import containers  # noqa: E402
import subjects  # noqa: E402
from frameworks import keras, tf, tf_keras  # noqa: E402

TOLERANCE = 1e-4


def run(*arguments):
    """The exit code and the last line of what the command says."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def predicted(assay, subject, weights, folder):
    """How far `assay predict` is from Keras, relative to the largest logit; or why it is not."""
    saved = folder / "logits.npy"
    code, words = run(
        assay, "predict", *subject.arguments, "--weights", str(weights),
        "--tensors", str(folder / "x.npy"), "--save", str(saved),
    )  # fmt: skip
    if code:
        return None, f"exit {code}: {words[:100]}"
    difference = np.abs(np.load(saved) - subject.logits).max() / np.abs(subject.logits).max()
    return difference, ""


def converted(assay, subject, weights, folder):
    """For each layout that `assay convert` writes: how far Keras's prediction from it is off."""
    for suffix, loaders in (
        (".weights.h5", (subject.keras3, subject.tf_keras)),
        (".h5", (subject.keras3, subject.tf_keras)),
    ):
        out = folder / f"converted{suffix}"
        out.unlink(missing_ok=True)
        code, words = run(
            assay, "convert", str(weights), str(out), *subject.arguments
        )  # fmt: skip
        for build in loaders:
            name = f"{suffix} in {'Keras 3' if build is subject.keras3 else 'tf-keras'}"
            if code:
                yield name, None, f"exit {code}: {words[:100]}"
                continue
            try:
                model = build()
                model.load_weights(str(out))
                logits = np.asarray(model(subject.images, training=False))
                yield name, np.abs(logits - subject.logits).max() / np.abs(subject.logits).max(), ""
            except Exception as error:  # noqa: BLE001 - any refusal of Keras belongs into the table
                yield name, None, f"{type(error).__name__}: {str(error).splitlines()[0][:100]}"


def cell(difference, words):
    if difference is None:
        return words
    return f"{difference:.1e}" + ("" if difference <= TOLERANCE else " **beyond 1e-4**")


def rows(assay, names):
    for name in names:
        subject = subjects.make(name)
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            np.save(folder / "x.npy", subject.images)
            first = None
            for container, path in containers.write_all(subject, folder):
                first = first or path
                yield name, container, cell(*predicted(assay, subject, path, folder))
            for layout, difference, words in converted(assay, subject, first, folder):
                yield name, f"converted to {layout}", cell(difference, words)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assay", required=True, help="the command")
    parser.add_argument("--networks", nargs="*", default=subjects.NAMES)
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    lines = [
        "# Compatibility",
        "",
        f"Keras {keras.__version__}, tf-keras {tf_keras.__version__}, TensorFlow {tf.__version__}; "
        f"{datetime.date.today():%d %B %Y}; made by `Tools/compat/run`.",
        "",
        "The largest difference from Keras's logits, relative to the largest logit.",
        "",
        "| network | container | difference |",
        "|---|---|---|",
    ]
    failed = 0
    for row in rows(options.assay, options.networks):
        line = "| " + " | ".join(row) + " |"
        failed += "e-" not in row[2] and row[2] != "0.0e+00" or "beyond" in row[2]
        print(line, flush=True)
        lines.append(line)
    lines += ["", f"{len(lines) - 8 - failed} passed, {failed} failed"]
    print(lines[-1])
    if options.output:
        options.output.write_text("\n".join(lines) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
