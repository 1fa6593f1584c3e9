"""Holds `assay predict` to Keras on a folder of models that others trained.

`index.json` of the folder has the files as its keys; beside `<stem>.<ending>` lie `<stem>_<ending>.input.npy` and
`<stem>_<ending>.logits.npy`, what the model is given and what Keras computes before any softmax.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

TOLERANCE = 1e-4


def difference(assay, folder, name, saved):
    """The largest difference of a logit, relative to the largest; or a word of why there is none."""
    stem = folder / name.replace(".", "_")
    done = subprocess.run(
        [assay, "predict", folder / name, "--tensors", f"{stem}.input.npy", "--save", saved],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return f"exit {done.returncode}: {done.stderr.strip()}"
    result, expected = np.load(saved), np.load(f"{stem}.logits.npy")
    if result.shape != expected.shape:
        return f"shape {result.shape}, in Keras {expected.shape}"
    return float(np.abs(result - expected).max() / np.abs(expected).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--assay", required=True, help="the command")
    options = parser.parse_args()
    failed = 0
    for name in json.loads((options.folder / "index.json").read_text()):
        with tempfile.TemporaryDirectory() as temporary:
            found = difference(options.assay, options.folder, name, pathlib.Path(temporary) / "logits.npy")
        # Also what is not a number fails.
        passed = isinstance(found, float) and found <= TOLERANCE
        failed += not passed
        print(f"{'passed' if passed else 'FAILED'}  {name}  {found if isinstance(found, str) else f'{found:.1e}'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
