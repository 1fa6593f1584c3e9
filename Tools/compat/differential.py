"""Holds `assay predict` to Keras on random networks, and keeps those that differ.

Network `i` of a seed is the same in every run: Keras 3 and tf-keras take turns, and so do data formats and
containers. TensorFlow computes what Keras answers; of Keras 3 in channels_first JAX does, since biases of
channels_first convolutions go wrong on TensorFlow where an output is as wide as it has channels. A network whose
answer moves by more than a tenth of the tolerance when its inputs move by their last bits, or in double precision,
is drawn again, and so is one whose answer depends on what lay in memory before: TensorFlow's convolutions of a small map of few channels, with
a stride along the width, read what was never written (seen for 7×3×1, a 2×2 kernel and strides of 1 and 2).

    <output>/<number>/   the model's files, in*.npy, out*.npy, network.json; of a failure also what `assay` said
"""

import argparse
import contextlib
import ctypes
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import numpy as np  # noqa: E402

import random_networks  # noqa: E402
from containers_of_models import CONTAINERS, arguments_of, leaves, write  # noqa: E402
from differential_table import Table  # noqa: E402
from frameworks import keras, tf, tf_keras  # noqa: E402

TOLERANCE = 1e-4
BATCH = 2
HERE = pathlib.Path(__file__).resolve().parent
FORMATS = ("channels_last", "channels_last", "channels_first", "mixed")
CHUNK = 50
# What was found, a line a network, in the folder of the failures.
RESULTS = "results.jsonl"


def fill(model, numbers):
    """Random weights that keep what flows about as large as it came."""
    for variable in model.weights:
        name, shape = variable.name.split("/")[-1].split(":")[0], tuple(variable.shape)
        if name == "count":
            continue
        if name.endswith("kernel"):
            fan_in = np.prod(shape[:-2]) if name == "depthwise_kernel" else np.prod(shape[:-1])
            value = numbers.uniform(-1, 1, shape) * 1.7 * np.sqrt(3 / fan_in)
        elif name in ("gamma", "scale") or name.endswith("variance"):
            value = numbers.uniform(0.6, 1.4, shape)
        else:
            value = numbers.uniform(-0.4, 0.4, shape)
        variable.assign(value.astype("f4"))
    for layer in leaves(model):
        # What a wrapper holds is no layer of the model.
        layer = getattr(layer, "layer", layer)
        if hasattr(layer, "finalize_state") and layer.weights:
            layer.finalize_state()


def listed(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def predicted(model, arrays):
    outputs = listed(model(arrays if len(arrays) > 1 else arrays[0], training=False))
    return [np.asarray(output) for output in outputs]


def perturb_memory(byte):
    """Has the C library fill what it hands out and takes back, for a kernel that reads what it never wrote."""
    m_perturb = -6
    ctypes.CDLL(None).mallopt(m_perturb, byte)


@contextlib.contextmanager
def biases_by_channel():
    """Keras 3's sums on TensorFlow as they are in `keras.ops.add`.

    It takes an operand of one axis for a bias of the last axis wherever the lengths agree, whatever axis it has: that is
    where channels_first goes wrong. JAX answers for such networks, but does not run all that TensorFlow does.
    """
    numpy = keras.src.backend.numpy
    add = numpy.add

    def plain(x1, x2):
        return numpy.subtract(x1, numpy.negative(x2))

    numpy.add = plain
    try:
        yield
    finally:
        numpy.add = add


def in_double(framework, model, arrays):
    """What the model gives in double precision; nothing where the framework has no kernel for it."""
    framework.backend.set_floatx("float64")
    try:
        twin = framework.models.model_from_json(model.to_json().replace('"float32"', '"float64"'))
        twin.set_weights([value.astype("f8") if value.dtype.kind == "f" else value for value in model.get_weights()])
        return [predicted(twin, [array.astype("f8") for array in arrays])]
    except Exception as error:  # noqa: BLE001
        print(f"no answer in double precision: {type(error).__name__}", file=sys.stderr)
        return []
    finally:
        framework.backend.set_floatx("float32")


def is_sound(framework, model, arrays, outputs):
    """Whether a change of the last bits stays one, and numbers are of a size to compare.

    Keras's own rounding counts: where one value alone is normalised, what is left of it is the error of a difference
    that should be 0, multiplied by up to a thousand. One change of the inputs may leave that error as it is.
    """
    if not all(np.isfinite(one).all() and 1e-3 < np.abs(one).max(initial=0) < 1e6 for one in outputs):
        return False
    others = [
        predicted(model, [(array * np.float32(1 + change)).astype("f4") for array in arrays])
        for change in (2e-7, -2e-7, 5e-7, -5e-7)
    ]
    # As floats, these bytes and their complements are far from 0 and from each other.
    for byte in (0x15, 0xC1):
        perturb_memory(byte)
        others.append(predicted(model, arrays))
        perturb_memory(0)
    others += in_double(framework, model, arrays)
    return all(
        np.abs(one - other).max() <= 0.1 * TOLERANCE * np.abs(one).max()
        for moved in others
        for one, other in zip(outputs, moved, strict=True)
    )


def generated(seed, number, folder):
    """Writes one network with what TensorFlow computes; its description."""
    framework = (keras, tf_keras)[number % 2]
    version = "3" if framework is keras else "2"
    turn = number // 2
    container = CONTAINERS[version][turn % len(CONTAINERS[version])]
    data_format = FORMATS[turn // len(CONTAINERS[version]) % len(FORMATS)]
    # Zoos know one format; 7 goes into no number of containers.
    with_zoos = turn % 7 == 6
    if with_zoos:
        data_format = "channels_last"
    for attempt in range(100):
        numbers = np.random.default_rng([seed, number, attempt])
        try:
            model = random_networks.make(framework, data_format, numbers, with_zoos)
            fill(model, numbers)
            images = listed(model.inputs)
            arrays = [numbers.normal(0.2, 1, (BATCH, *image.shape[1:])).astype("f4") for image in images]
            on_jax = version == "3" and data_format != "channels_last"
            with biases_by_channel() if on_jax else contextlib.nullcontext():
                outputs = predicted(model, arrays)
                if not is_sound(framework, model, arrays, outputs):
                    continue
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            files = write(model, container, folder / "model")
            if on_jax:
                model.save(folder / "jax.keras")
        except random_networks.REFUSALS as error:
            print(f"{number}: drawn again: {type(error).__name__}: {str(error).splitlines()[:1]}", file=sys.stderr)
            continue
        break
    else:
        raise RuntimeError(f"network {number} of seed {seed}: nothing sound in 100 draws")
    inputs, ends = [f"in{place}" for place in range(len(arrays))], [f"out{place}" for place in range(len(outputs))]
    for place, array in enumerate(arrays):
        np.save(folder / f"in{place}.npy", array)
    for place, array in enumerate(outputs):
        np.save(folder / f"out{place}.npy", array)
    if on_jax:
        np.savez(folder / "jax.in.npz", *arrays)
    description = {
        "number": number, "seed": seed, "keras": version, "container": container, "data_format": data_format,
        "computed": "tensorflow", "files": {kind: pathlib.Path(path).name for kind, path in files.items()},
        "inputs": inputs, "outputs": ends, "layers": dict(Counter(type(part).__name__ for part in parts(model))),
        "called_again": calls_again(model.get_config()), "has_zoos": with_zoos,
    }  # fmt: skip
    write_description(folder, description)
    return description


def parts(model):
    """All layers, operators and models inside of a model."""
    for part in getattr(model, "operations", None) or model.layers:
        yield part
        if hasattr(part, "layers"):
            yield from parts(part)


def calls_again(config):
    """Whether a layer or a model inside stands in several places of the network."""
    layers = [layer for layer in config["layers"] if isinstance(layer, dict)]
    inside = [layer["config"] for layer in layers if "layers" in layer["config"]]
    return any(len(layer.get("inbound_nodes", [])) > 1 for layer in layers) or any(map(calls_again, inside))


def write_description(folder, description):
    (folder / "network.json").write_text(json.dumps(description, indent=1) + "\n")


def take_from_jax(folders, python):
    """The answers of JAX in place of TensorFlow's, where a network asks for them."""
    asking = [folder for folder in folders if (folder / "jax.keras").exists()]
    if not asking:
        return
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    subprocess.run([python, HERE / "on_jax.py", *asking], env=environment, check=True)
    for folder in asking:
        description = json.loads((folder / "network.json").read_text())
        if (folder / "jax.out.npz").exists():
            answers = np.load(folder / "jax.out.npz")
            for place in range(len(description["outputs"])):
                np.save(folder / f"out{place}.npy", answers[f"arr_{place}"])
            description["computed"] = "jax"
            write_description(folder, description)
        for left in folder.glob("jax.*"):
            left.unlink()


def version_of_jax(python):
    words = [python, "-c", "import jax; print(jax.__version__)"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


class Refused(Exception):
    """`assay` gave no answer."""


def compared(assay, folder, description):
    """The largest difference of any output, relative to the largest value of that output."""
    inputs, outputs = description["inputs"], description["outputs"]
    worst = 0.0
    for place, name in enumerate(outputs):
        saved = folder / f"assay{place}.npy"
        command = [assay, "predict", *arguments_of(description["files"], folder)]
        for index, given in enumerate(inputs):
            word = f"{folder}/in{index}.npy"
            command += ["--tensors", f"{given}={word}" if len(inputs) > 1 else word]
        command += (["--output", name] if len(outputs) > 1 else []) + ["--save", saved]
        command = [str(word) for word in command]
        (folder / "command").write_text(shlex.join(command) + "\n")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        (folder / "said").write_text(done.stdout + done.stderr)
        if done.returncode:
            raise Refused(f"exit {done.returncode}: {done.stderr.strip()}")
        result, expected = np.load(saved), np.load(folder / f"out{place}.npy")
        if result.shape != expected.shape:
            raise Refused(f"{name} has shape {result.shape}, in Keras {expected.shape}")
        difference = np.abs(result - expected).max() / np.abs(expected).max()
        worst = max(worst, float("inf") if np.isnan(difference) else float(difference))
    return worst


def judge(options, folder, description, table):
    """Compares one network, and leaves its folder only if it failed."""
    try:
        difference = compared(options.assay, folder, description)
        verdict = "passed" if difference <= TOLERANCE else "differs"
        words = f"{difference:.1e}"
    except Refused as refusal:
        difference, verdict, words = 0.0, "refused", str(refusal)
    table.note(description, verdict, difference)
    with open(options.output / RESULTS, "a") as results:
        kept = {key: value for key, value in description.items() if key != "files"}
        results.write(json.dumps({"network": kept, "verdict": verdict, "difference": difference}) + "\n")
    if verdict == "passed":
        shutil.rmtree(folder)
    else:
        print(f"{folder.name} {verdict}: {words.splitlines()[0]}", flush=True)


def results_in(folder, seed):
    """What earlier runs with this seed found, by the number of the network."""
    path = folder / RESULTS
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return {line["network"]["number"]: line for line in lines if line["network"]["seed"] == seed}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500, help="networks")
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--assay", help="the command")
    parser.add_argument("--output", type=pathlib.Path, default="differential", help="folder of the failures")
    parser.add_argument("--table", type=pathlib.Path, help="writes the table, as Markdown")
    parser.add_argument("--generate-only", action="store_true", help="writes all networks and compares none")
    parser.add_argument("--resume", action="store_true", help="goes on after the results that lie in the folder")
    parser.add_argument("--again", action="store_true", help="compares the networks that lie in the folder")
    options = parser.parse_args()
    if not options.assay and not options.generate_only:
        parser.error("--assay is needed, or --generate-only")
    # The environment's own name leads to its packages; what it links to does not.
    python = pathlib.Path(os.environ.get("ASSAY_JAX_VENV", pathlib.Path.home() / ".cache/assay/compat-jax-venv"))
    table = Table()
    if options.again:
        for folder in sorted(path.parent for path in options.output.glob("*/network.json")):
            judge(options, folder, json.loads((folder / "network.json").read_text()), table)
    else:
        numbers = range(options.first, options.first + options.count)
        known = results_in(options.output, options.seed) if options.resume else {}
        for number in numbers:
            if number in known:
                table.note(known[number]["network"], known[number]["verdict"], known[number]["difference"])
        if not options.resume:
            (options.output / RESULTS).unlink(missing_ok=True)
        left = [number for number in numbers if number not in known]
        for start in range(0, len(left), CHUNK):
            folders = {number: options.output / f"{number:06}" for number in left[start : start + CHUNK]}
            for number, folder in folders.items():
                generated(options.seed, number, folder)
            take_from_jax(folders.values(), python / "bin/python")
            for folder in folders.values():
                description = json.loads((folder / "network.json").read_text())
                if options.generate_only:
                    table.note(description, "written")
                else:
                    judge(options, folder, description, table)
            done = options.count - len(left) + start + len(folders)
            print(f"{done} of {options.count}", file=sys.stderr, flush=True)
    versions = f"Keras {keras.__version__}, tf-keras {tf_keras.__version__}, TensorFlow {tf.__version__}"
    versions += f", JAX {version_of_jax(python / 'bin/python')}"
    print(f"\n{versions}; seed {options.seed}\n")
    print(table.text)
    if options.table:
        command = f"Tools/compat/differential --count {options.count} --seed {options.seed}"
        options.table.write_text(table.page(versions, command, TOLERANCE))
    return 1 if table.failures else 0


if __name__ == "__main__":
    sys.exit(main())
