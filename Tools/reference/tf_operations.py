"""Reads whole-model `.h5` files of Keras 2 whose graphs hold plain TensorFlow operations.

tf-keras wraps such an operation as a layer, `TFOpLambda`, that Keras 3 does not know. Its config is
rewritten to the Keras layer that computes the same, under the same name.
"""

import json

import h5py
import keras


class UnknownOperation(ValueError):
    """The file holds an operation that none of Keras's layers is known to compute."""


def has_operations(path):
    with h5py.File(path) as file:
        return "TFOpLambda" in _config(file)


def model(path):
    """The model in the file, without its weights."""
    with h5py.File(path) as file:
        described = json.loads(_config(file))
    config = described["config"]
    config["layers"] = [rewritten(layer) for layer in config["layers"]]
    return keras.Model.from_config(config)


def rewritten(layer):
    """The config of one layer as Keras 3 takes it."""
    if layer["class_name"] != "TFOpLambda":
        return layer
    sources, arguments = [], {}
    for call in layer["inbound_nodes"]:
        # The first argument's layer, node and tensor, then the other arguments by name.
        *first, arguments = call
        sources.append([[*first, {}], *_tensors(arguments)])
    class_name, config = _layer(layer["config"]["function"], arguments)
    config |= {"name": layer["name"], "dtype": layer["config"]["dtype"]}
    return {"class_name": class_name, "config": config, "name": layer["name"], "inbound_nodes": sources}


def _layer(function, arguments):
    match function.rsplit(".", 1)[-1]:
        case "relu":
            return "ReLU", {}
        case "add" if list(_tensors(arguments)):
            return "Add", {}
        case "pad" if not arguments.get("constant_values"):
            paddings = arguments["paddings"]
            first = paddings[1] == [0, 0] and paddings[3] != [0, 0]
            return "ZeroPadding2D", {
                "padding": paddings[2:] if first else paddings[1:3],
                "data_format": "channels_first" if first else "channels_last",
            }
    raise UnknownOperation(f"Keras 3 has no layer for TensorFlow's {function} {arguments}")


def _tensors(arguments):
    """Those of a call's named arguments that are another layer's output."""
    for value in arguments.values():
        if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
            yield [*value, {}]


def _config(file):
    config = file.attrs.get("model_config", "")
    return config.decode() if isinstance(config, bytes) else config
