"""Layouts that no current version of Keras writes, made with h5py after the sources of those that did."""

import h5py
import numpy as np

from subjects import leaves

# What Keras 1 called a layer's variables.
KERAS_ONE = {
    "kernel": "W",
    "bias": "b",
    "gamma": "gamma",
    "beta": "beta",
    "moving_mean": "running_mean",
    "moving_variance": "running_std",
}


def variables(layer):
    """A layer's variables in Keras's order, by role."""
    return [(weight.name.split("/")[-1].split(":")[0], weight.numpy()) for weight in layer.weights]


def keras1(model, path):
    """Flat names without the layers' folders; a model inside the model lists what is trained first."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            inner = {id(weight): leaf.name for leaf in leaves(layer) for weight in leaf.weights}
            names = []
            for weight in layer.weights:
                role = weight.name.split("/")[-1].split(":")[0]
                names.append(f"{inner[id(weight)]}_{KERAS_ONE[role]}:0")
                group[names[-1]] = weight.numpy()
            group.attrs["weight_names"] = [name.encode() for name in names]


def keras0(model, path):
    """Numbers in place of names, for layers and for their arrays."""
    with h5py.File(path, "w") as file:
        file.attrs["nb_layers"] = len(model.layers)
        for number, layer in enumerate(model.layers):
            group = file.create_group(f"layer_{number}")
            arrays = layer.get_weights()
            group.attrs["nb_params"] = len(arrays)
            for index, array in enumerate(arrays):
                group[f"param_{index}"] = array


def dependencies(source, target):
    """What tf-keras 2.12 wrote: the layout of `.weights.h5` with another name for its lists."""
    with h5py.File(source) as old, h5py.File(target, "w") as new:

        def copy(name, item):
            place = "/".join(
                "_layer_checkpoint_dependencies" if part == "layers" else part for part in name.split("/")
            )
            if isinstance(item, h5py.Group):
                new.require_group(place)
            else:
                new[place] = item[()]

        old.visititems(copy)


def half(source, target):
    """A legacy file with its arrays as float16."""
    with h5py.File(source) as old, h5py.File(target, "w") as new:

        def copy(name, item):
            if isinstance(item, h5py.Group):
                place = new.require_group(name)
            else:
                place = new.create_dataset(name, data=np.asarray(item[()]).astype("<f2"))
            place.attrs.update(item.attrs)

        new.attrs.update(old.attrs)
        old.visititems(copy)
