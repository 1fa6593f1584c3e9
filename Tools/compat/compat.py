"""Checks `assay` against Keras, container by container, and keeps a table.

For every network and every container: does `assay` read exactly the weights that Keras has, does
`assay predict` give Keras's logits, and does Keras predict the same from what `assay convert` makes of
the file?
"""

import argparse
import collections
import datetime
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import h5py  # noqa: E402
import numpy as np  # noqa: E402
import safetensors.numpy  # noqa: E402

import containers  # noqa: E402
import subjects  # noqa: E402
from frameworks import keras, tf, tf_keras  # noqa: E402

TOLERANCE = 1e-4


class Difference(Exception):
    """What is wrong in one cell of the table."""


class Command:
    """The command, as it is called for one network."""

    def __init__(self, assay, subject, folder):
        self.assay, self.subject, self.folder = assay, subject, folder
        np.save(folder / "x.npy", subject.images)

    def run(self, *arguments):
        done = subprocess.run([self.assay, *map(str, arguments)], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Difference(f"exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def hold_weights(self, path, arrays):
        """The tensors that the command reads are those of Keras, to the bit."""
        listing = json.loads(self.run("inspect", path, "--hash", "--json"))
        found = collections.Counter(
            (tuple(weight["shape"]), weight["sha256"]) for layer in listing["layers"] for weight in layer["weights"]
        )
        if found != multiset(arrays):
            off = sum((found - multiset(arrays)).values()), sum((multiset(arrays) - found).values())
            raise Difference(f"{off[0]} tensors are not Keras's, {off[1]} are missing")

    def predict(self, path, logits, arguments):
        """How far the logits are from Keras's, relative to the largest."""
        saved = self.folder / "logits.npy"
        self.run(
            "predict", *self.subject.arguments, *arguments, "--weights", path,
            "--tensors", self.folder / "x.npy", "--save", saved,
        )  # fmt: skip
        return apart(np.load(saved), logits)


def multiset(arrays):
    return collections.Counter(
        (tuple(array.shape), hashlib.sha256(np.ascontiguousarray(array, "<f4").tobytes()).hexdigest())
        for array in arrays
    )


def apart(logits, expected):
    return float(np.abs(logits - expected).max() / np.abs(expected).max())


def verdict(difference):
    if not difference <= TOLERANCE:
        raise Difference(f"{difference:.1e} is beyond {TOLERANCE}")
    return f"{difference:.1e}"


def read(command, written):
    """The cell of a container that is read."""
    subject = command.subject
    arrays = subject.model.get_weights() if written.arrays is None else written.arrays
    command.hold_weights(written.path, arrays)
    logits = subject.logits if written.logits is None else written.logits
    try:
        difference = command.predict(written.path, logits, written.arguments)
    except Difference as refusal:
        if written.refusal and written.refusal in str(refusal):
            return "refused, as it must be"
        raise
    if written.refusal:
        raise Difference("was not refused")
    return verdict(difference)


def converted(command, path):
    """What `assay convert` writes: the container, and what Keras, NumPy or `assay` make of it."""
    subject = command.subject
    arrays = subject.model.get_weights()
    for suffix in (".weights.h5", ".h5"):
        out = command.folder / f"converted{suffix}"
        for words, build in (("Keras 3", subject.keras3), ("tf-keras", subject.tf_keras)):

            def load(build=build, out=out):
                command.run("convert", path, out, *subject.arguments)
                model = build()
                model.load_weights(str(out))
                if multiset(model.get_weights()) != multiset(arrays):
                    raise Difference("the weights are not the same")
                return verdict(apart(np.asarray(model(subject.images, training=False)), subject.logits))

            yield f"converted to `{suffix}`, in {words}", load
    for suffix, opened in ((".safetensors", safetensors.numpy.load_file), (".npz", np.load)):

        def load(suffix=suffix, opened=opened):
            out = command.folder / f"converted{suffix}"
            command.run("convert", path, out, *subject.arguments)
            if multiset(dict(opened(out)).values()) != multiset(arrays):
                raise Difference("the arrays are not the same")
            return read(command, containers.Written("", out))

        yield f"converted to `{suffix}` and back", load


def cells(assay, name, shown):
    """All containers of one network; those that fail are shown with what was said."""
    subject = subjects.make(name)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        command = Command(assay, subject, folder)
        kept = ("k3.weights.h5", "k3.keras", "k2.h5", "k2.weights.h5")

        def cell(container, work):
            try:
                words = work()
            except Exception as error:  # noqa: BLE001 - any refusal, also Keras's, belongs into the table
                print(f"{name}, {container}: {error}", file=sys.stderr)
                if not isinstance(error, Difference):
                    traceback.print_exc()
                words = "**fails**"
            shown(name, container, words)

        for written in containers.write_all(subject, folder):
            cell(written.container, lambda written=written: read(command, written))
            if written.path.name not in kept:
                for left in [*folder.glob(f"{written.path.name}*")]:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
        for source in ("k3.weights.h5", "k2.h5"):
            layout = "Keras 3's" if source.startswith("k3") else "tf-keras's legacy file"
            for container, work in converted(command, folder / source):
                cell(f"{layout} {container}", work)


class Table:
    """Containers by networks, kept on disk as it grows, so that a run can be continued."""

    def __init__(self, output):
        self.output = output
        self.cells = {}
        lines = output.read_text().splitlines() if output and output.exists() else []
        rows = [[word.strip() for word in line.split("|")[1:-1]] for line in lines if line.startswith("| ")]
        if rows and rows[0][0] == "container":
            for container, *words in rows[1:]:
                for network, word in zip(rows[0][1:], words):
                    if word != "–":
                        self.cells.setdefault(network, {})[container] = word

    def note(self, network, container, words):
        print(f"{network} | {container} | {words}", flush=True)
        self.cells.setdefault(network, {})[container] = words
        if self.output:
            self.output.write_text(self.text)

    @property
    def text(self):
        networks = [name for name in subjects.NAMES if name in self.cells]
        rows = list(dict.fromkeys(container for name in networks for container in self.cells[name]))
        every = [words for name in networks for words in self.cells[name].values()]
        failed = every.count("**fails**")
        lines = [
            "# Compatibility",
            "",
            f"Keras {keras.__version__}, tf-keras {tf_keras.__version__}, TensorFlow {tf.__version__}, "
            f"h5py {h5py.__version__}; {datetime.date.today():%d %B %Y}; made by `Tools/compat/run`.",
            "",
            "Each cell: every tensor that `assay` reads is the source's to the bit, and the largest difference",
            "from Keras's logits, relative to the largest logit, is the number. Converted files are opened by",
            "the named framework, with the same two conditions. `nested` is a model around a backbone, with a",
            "head of its own; in a `frozen` one batch norms and the first third of the backbone are not trained.",
            "A dash is a cell that was not run, or that the network does not have.",
            "",
            "| container | " + " | ".join(networks) + " |",
            "|---" * (len(networks) + 1) + "|",
        ]
        for container in rows:
            words = [self.cells[name].get(container, "–") for name in networks]
            lines.append(f"| {container} | " + " | ".join(words) + " |")
        lines += ["", f"{len(every) - failed} passed, {failed} failed"]
        return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assay", required=True, help="the command")
    parser.add_argument("--networks", nargs="*", default=subjects.NAMES)
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    table = Table(options.output)
    for name in options.networks:
        table.cells.pop(name, None)
        cells(options.assay, name, table.note)
    print(table.text.splitlines()[-1])
    return 1 if "**fails**" in table.text else 0


if __name__ == "__main__":
    sys.exit(main())
