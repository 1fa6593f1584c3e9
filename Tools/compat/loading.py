"""Measures how long the weights of a full-size network take from a file into arrays.

ResNet152V2, its weights by formula, written by Keras and tf-keras; read by h5py, by Assay in its own
process, and by Assay through a confined child, one after the other in every round, each in a process of
its own. The file is in the system's cache. Also the most memory that `assay predict` has on it.
"""

import argparse
import datetime
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import h5py  # noqa: E402

SIZE = 224
H5PY = """
import io, sys, time, resource, zipfile, h5py
start = time.perf_counter()
arrays = []
source = sys.argv[1]
if source.endswith(".keras"):
    # Into memory first: through zipfile's own stream, in which h5py seeks to and fro, it takes minutes.
    source = io.BytesIO(zipfile.ZipFile(source).read("model.weights.h5"))
with h5py.File(source, "r") as file:
    file.visititems(lambda _, item: arrays.append(item[()]) if isinstance(item, h5py.Dataset) else None)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(seconds, sum(array.nbytes for array in arrays), peak, 0)
"""


def write(folder):
    """The files, by what they are, and the arguments and images for `assay predict`."""
    import numpy as np

    import formula
    from frameworks import keras, start_again, tf_keras

    start_again()
    model = keras.applications.ResNet152V2(weights=None, classifier_activation=None)
    formula.fill(model)
    model.save_weights(str(folder / "k3.weights.h5"))
    model.save(str(folder / "k3.keras"))
    with zipfile.ZipFile(folder / "k3.keras") as source:
        with zipfile.ZipFile(folder / "deflated.keras", "w", zipfile.ZIP_DEFLATED) as target:
            for member in source.namelist():
                target.writestr(member, source.read(member))
    start_again()
    old = tf_keras.applications.ResNet152V2(weights=None, classifier_activation=None)
    for layer in old.layers:
        if layer.weights:
            layer.set_weights(model.get_layer(layer.name).get_weights())
    old.save_weights(str(folder / "k2.h5"))
    np.save(folder / "x.npy", formula.images(1, SIZE, SIZE, 3))


FILES = {
    "Keras 2 `.h5`": "k2.h5",
    "Keras 3 `.weights.h5`": "k3.weights.h5",
    "`.keras`, stored": "k3.keras",
    "`.keras`, deflated": "deflated.keras",
}


def measured(*command):
    """Seconds, bytes of arrays, and the peaks of the process and of its child."""
    environment = {**os.environ, "SWIFT_BACKTRACE": "enable=no"}
    line = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
    return [float(word) for word in line.split()]


def peak_of_prediction(assay, path, images):
    """The most memory of `assay predict --exact`, in bytes, as the system counts it for its parent.

    Exact, since Winograd's kernels take four times the memory of those that they stand for.
    """
    # From a small process: what a process had before it became another counts, too.
    line = subprocess.run(
        ["time", "--format", "%M", assay, "predict", "--exact", "--model", "resnet152v2", "--weights", path,
         "--tensors", images],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    return 1024 * int(line.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assay", required=True, help="the command")
    parser.add_argument("--reader", required=True, help="the program ReaderProgram of the tests")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=pathlib.Path, help="where the files are or will be")
    parser.add_argument("--write", action="store_true", help="writes the files into --folder, and no more")
    parser.add_argument("--output", type=pathlib.Path)
    options = parser.parse_args()
    if options.write:
        write(options.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or pathlib.Path(temporary)
        if not (folder / "x.npy").exists():
            folder.mkdir(parents=True, exist_ok=True)
            # In a process of its own: the most memory that this one ever held would count as its children's.
            words = ["--assay", options.assay, "--reader", options.reader, "--write", "--folder", str(folder)]
            subprocess.run([sys.executable, __file__, *words], check=True)
        lines = [
            "# Loading a large file",
            "",
            f"{datetime.date.today():%d %B %Y}, {os.cpu_count()} cores of {platform.machine()}, "
            f"{platform.freedesktop_os_release()['PRETTY_NAME']}, load {os.getloadavg()[0]:.1f}; h5py "
            f"{h5py.__version__} with HDF5 {h5py.version.hdf5_version}; {options.rounds} interleaved rounds; "
            "made by `Tools/compat/load`.",
            "",
            "ResNet152V2 from a file in the system's cache into arrays: median seconds, and medians of the",
            "ratios to h5py within a round; less than 1 is quicker. Memory is the peak of a process against the",
            "bytes of the weights: of the process that holds the arrays, of the confined child beside it, and of",
            f"`assay predict --exact` on one image of {SIZE}×{SIZE}.",
            "",
            "| file | h5py | in process | ratio | by a child | ratio | memory | child | predict |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        print("\n".join(lines), flush=True)
        for title, name in FILES.items():
            path = str(folder / name)
            commands = [
                (sys.executable, "-c", H5PY, path),
                (options.reader, "load", path),
                (options.reader, "load-isolated", path),
            ]
            rounds = []
            for number in range(options.rounds):
                # Each is first as often as the others.
                order = [(number + step) % 3 for step in range(3)]
                results = {index: measured(*commands[index]) for index in order}
                rounds.append([results[index] for index in range(3)])
            seconds = [statistics.median(each[index][0] for each in rounds) for index in range(3)]
            ratios = [statistics.median(each[index][0] / each[0][0] for each in rounds) for index in (1, 2)]
            bytes_ = rounds[0][1][1]
            memory = max(each[1][2] for each in rounds) / bytes_
            child = max(each[2][3] for each in rounds) / bytes_
            predict = peak_of_prediction(options.assay, path, str(folder / "x.npy")) / bytes_
            lines.append(
                f"| {title} | {seconds[0]:.3f} | {seconds[1]:.3f} | {ratios[0]:.2f} | {seconds[2]:.3f} "
                f"| {ratios[1]:.2f} | {memory:.2f} | {child:.2f} | {predict:.2f} |"
            )
            print(lines[-1], flush=True)
    if options.output:
        options.output.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
