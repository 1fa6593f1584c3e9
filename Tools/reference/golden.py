"""The golden file: what a recorder saw of a network, as a zip that NumPy reads as `.npz`.

    manifest.json               what was run, and the layers in order of execution
    inputs.npy, logits.npy      what the network read, N, H, W, C, and what it gave before any softmax
    activations/<layer>.npy     the layer's whole output, N, H, W, C or N, C
    samples.npy                 instead of these: 64 values of each layer, a row a layer

All arrays are float32. A file that is written again has the same bytes.
"""

import hashlib
import io
import json
import math
import zipfile
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

import keras
import numpy as np

import layerwise
import one_thread

SAMPLES = 64
# The first date that a zip can hold; the real one would change the bytes.
DATE = (1980, 1, 1, 0, 0, 0)


def splitmix64(k):
    """Element k of the sequence that starts at 0 (Steele, Lea and Flood, 2014)."""
    mask = 0xFFFFFFFFFFFFFFFF
    z = (k + 1) * 0x9E3779B97F4A7C15 & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    return z ^ z >> 31


def sample(array):
    """The values at the hashed positions, in C order."""
    return array.reshape(-1)[[splitmix64(k) % array.size for k in range(SAMPLES)]]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def weights_entry(path):
    """How the manifest names a weight file."""
    path = Path(path)
    return {"file": path.name, "sha256": sha256(path.read_bytes())}


def backend():
    """The backend's name and version, as in `tensorflow 2.21.0`."""
    name = keras.backend.backend()
    return f"{name} {__import__(name).__version__}"


def record(
    model, images, name, weights=(), layers="all", sampled=False, training=False, formula=None, spelled=str
):  # fmt: skip
    """Runs the model on images (N, H, W, C) and returns the golden: manifest, and arrays by name.

    `weights` are paths; `layers` is `all`, `outputs` or patterns of names with commas between them;
    `formula` names the formula that made the images, which are then not stored; `spelled` turns Keras's
    name of a layer into the one that is recorded.
    """
    images = np.ascontiguousarray(images, dtype="<f4")
    data_format = layerwise.data_format(model)
    fed = images.transpose(0, 3, 1, 2) if data_format == "channels_first" else images
    softmax = layerwise.without_softmax(model)
    arrays, rows, samples = {}, [], []
    for step in layerwise.run(model, fed, training):
        if step.name == softmax:
            continue
        step.name, step.inputs = spelled(step.name), [spelled(source) for source in step.inputs]
        array = step.array(data_format)
        row = described(step, array)
        # What is not kept is listed all the same: pairing follows the connections.
        rows.append(row)
        if wanted(step.name, layers):
            if step.kind == "InputLayer" and not formula and not sampled:
                row["array"] = "inputs"
            elif sampled:
                row |= {"row": len(samples), **extent(array)}
                samples.append(sample(array))
            else:
                row["array"] = f"activations/{step.name}"
                arrays[row["array"]] = array
        last = step.name, array
    if not training:
        agrees_with_whole(model, fed, step)
    inputs = {"sha256": sha256(images.tobytes())}
    if formula:
        inputs = {"formula": formula, "shape": list(images.shape)} | inputs
    else:
        inputs = {"array": "inputs"} | inputs
        arrays["inputs"] = images
    if samples:
        arrays["samples"] = np.stack(samples)
    arrays["logits"] = last[1]
    manifest = {
        "format": "assay-golden",
        "version": 1,
        "recorder": {"name": "keras", "version": keras.__version__, "backend": backend()},
        "model": {"name": name, "weights": [weights_entry(path) for path in weights]},
        "run": {
            "data_format": data_format,
            "precision": keras.config.floatx(),
            "batch": len(images),
            "threads": one_thread.THREADS,
            "training": training,
        },
        "inputs": inputs,
        "logits": {"array": "logits", "layer": last[0]},
        "layers": rows,
    }
    return manifest, arrays


def wanted(name, layers):
    if layers in ("all", "outputs"):
        return layers == "all"
    return any(fnmatchcase(name, pattern) for pattern in layers.split(","))


def described(step, array):
    row = {"name": step.name, "kind": step.kind}
    if step.activation:
        row["activation"] = step.activation
    return row | {"inputs": step.inputs, "shape": list(array.shape)}


def extent(array):
    """Mean and largest magnitude; `null` where they are no numbers, which JSON cannot say."""
    values = {
        "mean": float(np.mean(array, dtype=np.float64)),
        "largest": float(np.max(np.abs(array))),
    }
    return {key: value if math.isfinite(value) else None for key, value in values.items()}


def agrees_with_whole(model, fed, last):
    """Holds the layers, run one by one, to the model as Keras runs it as a whole."""
    whole = np.asarray(model.predict_on_batch(fed))
    off = np.abs(whole - keras.ops.convert_to_numpy(last.value)).max()
    # A network that gives NaN is recorded as it is.
    if off > 1e-4 * np.abs(whole).max():
        raise layerwise.NotAGraph(f"layer by layer {model.name}'s output is {off} off what it predicts")


def write(path, manifest, arrays):
    """Writes the file; the manifest first, then the arrays in the order of the dictionary."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        add(archive, "manifest.json", lines(manifest).encode())
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array, "<f4"), version=(1, 0))
            add(archive, f"{name}.npy", buffer.getvalue())


def lines(manifest):
    """The manifest as JSON, one layer a line."""
    dumped = partial(json.dumps, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    head = dumped({key: value for key, value in manifest.items() if key != "layers"})
    rows = ",\n".join(dumped(row) for row in manifest["layers"])
    return f'{head[:-1]},"layers":[\n{rows}\n]}}\n'


def add(archive, name, data):
    """Adds a member whose bytes depend on nothing but its name and data."""
    entry = zipfile.ZipInfo(name, DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # else the bytes tell on which system they were written
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data, compresslevel=9)
