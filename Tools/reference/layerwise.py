"""Runs a functional Keras model layer by layer, and keeps what each of its layers gave.

The layers run eagerly, one after the other: no compiler merges a batch norm or an activation into the
convolution before it. Models inside models are unfolded.
"""

import inspect
from collections import Counter
from dataclasses import dataclass

import keras
import numpy as np
from keras.src.layers.convolutional.base_conv import BaseConv


class NotAGraph(ValueError):
    """The model is none of those that can be run layer by layer; the message says why."""


@dataclass
class Step:
    """One layer at one place of the graph, and its value as the backend's own tensor."""

    name: str
    kind: str
    activation: str | None
    inputs: list
    value: object

    def array(self, data_format):
        """The value as float32, maps as N, H, W, C."""
        array = np.asarray(keras.ops.convert_to_numpy(self.value), dtype="<f4")
        if array.ndim == 4 and data_format == "channels_first":
            array = array.transpose(0, 2, 3, 1)
        return np.ascontiguousarray(array)


def data_format(model):
    """`channels_last` or `channels_first`, by the layers that were told."""
    # Flatten keeps the default of the process even in a model that is built the other way.
    formats = {
        layer.data_format
        for layer in _layers(model)
        if hasattr(layer, "data_format") and not isinstance(layer, keras.layers.Flatten)
    }
    if len(formats) > 1:
        raise NotAGraph(f"{model.name} mixes channels_last and channels_first")
    return formats.pop() if formats else "channels_last"


def run(model, inputs, training=False):
    """Yields a `Step` for every layer in the order of execution; `inputs` as the model takes them."""
    return _Run(training).model(model, [("", keras.ops.convert_to_tensor(inputs))])


def without_softmax(model):
    """Leaves the softmax out of a model's last layer; returns that layer's name if it is a softmax itself."""
    last = _last_layer(model)
    if getattr(last, "activation", None) is not keras.activations.softmax:
        return last.name if isinstance(last, keras.layers.Softmax) else None
    if isinstance(last, keras.layers.Activation):
        return last.name
    last.activation = keras.activations.linear
    return None


def _functional(model):
    if isinstance(model, keras.Sequential):
        model = model._functional
    if not isinstance(model, keras.Model) or not hasattr(model, "_nodes_by_depth"):
        raise NotAGraph(
            f"{model.name if model else 'the model'} is no functional or built Sequential model: "
            "Keras knows no graph of it"
        )
    return model


def _layers(model):
    for layer in _functional(model).layers:
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
        else:
            yield layer


def _last_layer(model):
    model = _functional(model)
    if len(model.outputs) != 1:
        raise NotAGraph(f"{model.name} has {len(model.outputs)} outputs, a classifier has one")
    layer = model.outputs[0]._keras_history.operation
    return _last_layer(layer) if isinstance(layer, keras.Model) else layer


class _Run:
    def __init__(self, training):
        self.training = training
        self.uses = Counter()

    def model(self, model, arguments, prefix=""):
        """Yields the steps within a model; returns name and value of its output.

        `arguments` are names and values; the outermost model has none to name.
        """
        model = _functional(model)
        known = {}
        if len(model.inputs) != len(arguments):
            raise NotAGraph(f"{model.name} takes {len(model.inputs)} inputs, not {len(arguments)}")
        for tensor, (name, value) in zip(model.inputs, arguments):
            if not prefix:
                name = tensor._keras_history.operation.name
                yield Step(name, "InputLayer", None, [], value)
            known[id(tensor)] = (name, value)
        # Keras runs its nodes in this order, the deepest first.
        for depth in sorted(model._nodes_by_depth, reverse=True):
            for node in model._nodes_by_depth[depth]:
                if not node.is_input:
                    result = yield from self._node(node, known, prefix)
                    known[id(node.outputs[0])] = result
        return known[id(model.outputs[0])]

    def _node(self, node, known, prefix):
        layer = node.operation
        if len(node.outputs) != 1:
            raise NotAGraph(f"{prefix}{layer.name} gives {len(node.outputs)} tensors, not one")
        sources = [known[id(tensor)] for tensor in node.input_tensors]
        if isinstance(layer, keras.Model):
            return (yield from self.model(layer, sources, f"{prefix}{layer.name}/"))

        values = {key: value for key, (_, value) in known.items()}
        positional, named = node.arguments.fill_in(values)
        if isinstance(layer, keras.layers.Layer) and _takes_training(layer):
            named["training"] = self.training
        if isinstance(layer, BaseConv) and layer.use_bias and layer.data_format == "channels_first":
            value = _biased(layer, *positional)
        else:
            value = layer(*positional, **named)
        name = self._place(f"{prefix}{layer.name}")
        inputs = [source for source, _ in sources]
        yield Step(name, type(layer).__name__, _activation(layer), inputs, value)
        return name, value

    def _place(self, name):
        """The layer's name, with a number from its second use on."""
        used = self.uses[name]
        self.uses[name] += 1
        return f"{name}:{used}" if used else name


def _biased(layer, image):
    """A convolution in channels_first with its bias along the channels.

    Keras 3.15 on TensorFlow, called eagerly, adds the bias along W where the map is as wide as it has
    channels: `keras.ops.add` takes a vector as second argument for a bias in channels_last.
    """
    bias = keras.ops.reshape(layer.bias, (1, layer.filters) + (1,) * layer.rank)
    return layer.activation(keras.ops.add(bias, layer.convolution_op(image, layer.kernel)))


def _takes_training(layer):
    return "training" in inspect.signature(layer.call).parameters


def _activation(layer):
    """The name of an activation that the layer applies, if it is not linear."""
    activation = getattr(layer, "activation", None)
    if activation is None or activation is keras.activations.linear:
        return None
    return getattr(activation, "__name__", type(activation).__name__)
