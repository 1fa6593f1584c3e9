"""The containers in which a network is written: what wrote it, where it is, and what must come out."""

import json
import os
import subprocess
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import bundles
import old_layouts
from frameworks import keras, tf
from subjects import leaves

HERE = Path(__file__).resolve().parent


@dataclass
class Written:
    """A file in one container."""

    container: str
    path: Path
    # What `assay` must be told beside the model.
    arguments: list = field(default_factory=list)
    # The weights and logits where they are not the subject's own.
    arrays: list | None = None
    logits: np.ndarray | None = None
    # Words that a refusal must have, where the container does not tell enough.
    refusal: str | None = None


def write_all(subject, folder):
    """Writes the subject in one container after the other."""
    for write in (keras3, tf_keras, tensorflow, other_backends, half, low_rank, by_h5py):
        yield from write(subject, folder)


def keras3(subject, folder):
    model = subject.model
    weights, archive = folder / "k3.weights.h5", folder / "k3.keras"
    model.save_weights(str(weights))
    yield Written("Keras 3 `.weights.h5`", weights)
    model.save(str(folder / "k3.h5"))
    yield Written("Keras 3 whole model `.h5`", folder / "k3.h5")
    model.save(str(archive))
    yield Written("Keras 3 `.keras`", archive)
    deflated = folder / "deflated.keras"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
    yield Written("the same, repacked with deflate", deflated)
    sharded = folder / "sharded.weights.json"
    model.save_weights(str(sharded), max_shard_size=max(1e-4, model.count_params() * 4 / 3e9))
    yield Written("Keras 3 sharded `.weights.json`", sharded)


def tf_keras(subject, folder):
    model = subject.tf_keras_model
    for container, name, save in (
        ("tf-keras weights `.h5`", "k2.h5", model.save_weights),
        ("tf-keras whole model `.h5`", "k2-model.h5", model.save),
        ("tf-keras `.weights.h5`", "k2.weights.h5", model.save_weights),
        ("tf-keras `.keras`", "k2.keras", model.save),
    ):
        save(str(folder / name))
        yield Written(container, folder / name)


def tensorflow(subject, folder):
    model = subject.tf_keras_model
    model.save_weights(str(folder / "checkpoint"))
    yield Written("tf-keras TensorFlow checkpoint", folder / "checkpoint")
    tf.saved_model.save(model, str(folder / "saved_model"))
    yield Written("SavedModel of tf-keras", folder / "saved_model")
    bundles.FOLDER = folder
    if subject.network:
        for words, restarts in (("counters of the graph", False), ("counters of each scope", True)):
            name = f"tf1-{restarts}"
            bundles.save_named(name, scoped_variables(subject, restarts))
            yield Written(f"`tf.compat.v1` Saver, {words}", folder / name)
    else:
        variables = {
            f"{layer.name}/{role}": array
            for layer in leaves(model)
            for role, array in old_layouts.variables(layer)
        }
        bundles.save_named("tf1", variables)
        yield Written("`tf.compat.v1` Saver", folder / "tf1")


def scoped_variables(subject, restarts):
    """The variables of the pre-activation network under the names of TensorFlow 1's scopes."""
    weighted = [layer for layer in leaves(subject.tf_keras_model) if layer.weights]
    rows = {}
    for layer in sorted(weighted, key=bundles.creation_order):
        base = next((b for b in ("batch_normalization", "conv2d") if layer.name.startswith(b)), layer.name)
        rows.setdefault("logits" if layer is weighted[-1] else base, []).append(layer)
    variables = {}
    for scoped in bundles.scoped_names(subject.network, restarts):
        last = scoped.split("/")[-1]
        base = next(base for base in rows if last.startswith(base))
        for role, array in old_layouts.variables(rows[base].pop(0)):
            variables[f"{scoped}/{role}"] = array
    assert not any(rows.values()), rows
    return variables


def other_backends(subject, folder):
    """Keras 3 on JAX and on torch opens the model and writes it again."""
    source = folder / "k3.keras"
    for backend in ("jax", "torch"):
        python = os.environ.get(f"ASSAY_{backend.upper()}_VENV")
        if not python:
            continue
        environment = {**os.environ, "KERAS_BACKEND": backend}
        done = subprocess.run(
            [f"{python}/bin/python", HERE / "write_again.py", source, folder / backend],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        for name in json.loads(done.stdout.splitlines()[-1]):
            yield Written(f"Keras 3 on {backend}, `{name}`", folder / backend / name)


def half(subject, folder):
    """A model of 16-bit weights; the logits are those of the same numbers in float32."""
    for policy in ("float16", "bfloat16"):
        keras.config.set_dtype_policy(policy)
        model = subject.keras3()
        keras.config.set_dtype_policy("float32")
        model.set_weights(subject.model.get_weights())
        path = folder / f"{policy}.weights.h5"
        model.save_weights(str(path))
        arrays = [np.asarray(array).astype("float32") for array in model.get_weights()]
        yield Written(f"Keras 3 {policy} `.weights.h5`", path, arrays=arrays, logits=subject.predict(arrays))


def low_rank(subject, folder):
    """A head with low-rank additions, which Keras merges into the kernel that it writes."""
    model = subject.keras3()
    model.set_weights(subject.model.get_weights())
    head = leaves(model)[-1]
    head.enable_lora(2)
    for addition in (head.lora_kernel_a, head.lora_kernel_b):
        addition.assign(np.random.default_rng(1).normal(size=addition.shape) / 8)
    path = folder / "lora.weights.h5"
    model.save_weights(str(path))
    merged = keras.ops.convert_to_numpy(head.kernel)
    arrays = [*subject.model.get_weights()]
    place = next(i for i, variable in enumerate(subject.model.weights) if variable is leaves(subject.model)[-1].kernel)
    arrays[place] = merged
    yield Written("Keras 3 with LoRA, merged", path, arrays=arrays, logits=subject.predict(arrays))


def by_h5py(subject, folder):
    """Layouts that no current version writes."""
    model = subject.tf_keras_model
    old_layouts.keras1(model, folder / "keras1.h5")
    yield Written("Keras 1 weights, by h5py", folder / "keras1.h5")
    old_layouts.dependencies(folder / "k2.weights.h5", folder / "dependencies.h5")
    yield Written("tf-keras 2.12 `_layer_checkpoint_dependencies`, by h5py", folder / "dependencies.h5")
    path = folder / "half.h5"
    old_layouts.half(folder / "k2.h5", path)
    arrays = [array.astype("float16").astype("float32") for array in subject.model.get_weights()]
    yield Written("tf-keras weights `.h5` as float16, by h5py", path, arrays=arrays, logits=subject.predict(arrays))
    old_layouts.keras0(model, folder / "keras0.h5")
    yield Written(
        "Keras 0 `nb_layers`, by h5py", folder / "keras0.h5", ["--by-order"], refusal=subject.order_refusal
    )


