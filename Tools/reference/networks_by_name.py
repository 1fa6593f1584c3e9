"""Keras models from a file, or from a network's name and a file of its weights."""

import inspect
from dataclasses import replace

import h5py
import keras

import dialect_networks
import preact_resnet
import tf_operations
from frameworks import start_again


class NoSuchModel(ValueError):
    """The file or the name gives no model; the message says why."""


def whole(path):
    """The model in a `.keras` archive or in a whole-model `.h5`; `None` if the file holds weights only."""
    if not path.endswith(".keras"):
        if path.endswith(".weights.json") or not h5py.is_hdf5(path):
            return None
        with h5py.File(path) as file:
            if "model_config" not in file.attrs:
                return None
        if tf_operations.has_operations(path):
            model = tf_operations.model(path)
            load(model, path)
            return model
    return keras.saving.load_model(path, compile=False)


def named(name, image, data_format="channels_last", blocks=None, bottleneck=None, filters=64, classes=1000):
    """A network without weights of its own, for images of the shape (H, W, C), without a softmax.

    `name` is `preact-resnet18` … `200`, whose blocks, kind of block and filters may be others;
    `squeezenet` or `squeezenet1.1`; or a function of `keras.applications` in any case, as `resnet50v2`.
    """
    start_again(data_format=data_format)
    if name.startswith("preact-resnet"):
        network = preact_resnet.DEPTHS.get(int(name.removeprefix("preact-resnet") or 0))
        if not network:
            raise NoSuchModel(f"no {name}: the depths are {', '.join(map(str, preact_resnet.DEPTHS))}")
        network = replace(
            network,
            blocks_per_stage=blocks or network.blocks_per_stage,
            bottleneck=network.bottleneck if bottleneck is None else bottleneck,
            filters=filters,
            classes=classes,
        )
        return network.build(image, data_format)
    if name in ("squeezenet", "squeezenet1.1"):
        version = "1.1" if name.endswith("1.1") else "1.0"
        return keras.Model(*dialect_networks.squeezenet(image, version)[:2])
    height, width, channels = image
    shape = (channels, height, width) if data_format == "channels_first" else image
    return application(name)(
        weights=None, input_shape=shape, classes=classes, classifier_activation=None
    )


def spelling(name):
    """What turns Keras's layer names of the network into the published ones."""
    return dialect_networks.spelled if name in ("squeezenet", "squeezenet1.1") else str


def application(name):
    """The function of `keras.applications` that builds the network."""
    functions = {
        key.lower(): value
        for key, value in vars(keras.applications).items()
        if inspect.isfunction(value)
    }
    if name not in functions:
        raise NoSuchModel(f"no {name}: keras.applications has {', '.join(sorted(functions))}")
    return functions[name]


def load(model, path):
    """Reads the weights of a file into the model; by name where the file has the model's names."""
    path = str(path)
    if path.endswith((".weights.h5", ".weights.json", ".keras")) or not h5py.is_hdf5(path):
        model.load_weights(path)
        return
    with h5py.File(path) as file:
        group = file["model_weights"] if "model_weights" in file else file
        theirs = {name for name in group if len(group[name].attrs.get("weight_names", ()))}
    ours = {layer.name for layer in model.layers if layer.weights}
    # By order alone, two layers of one shape could be exchanged without a sign.
    model.load_weights(path, by_name=theirs == ours)
