"""The networks that are tried: Keras models with weights, images and logits."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

import formula
import preact_resnet
from frameworks import keras, start_again, tf_keras
from places import FIXTURES

SIZE = 64
DIGITS = {
    "digits-regular": (preact_resnet.PreactResNet((2, 2), filters=8, classes=10), 1, "preact-resnet18", "2,2"),
    "digits-bottleneck": (
        preact_resnet.PreactResNet((1, 2, 1), bottleneck=True, filters=8, classes=10),
        3,
        "preact-resnet50",
        "1,2,1",
    ),
}
APPLICATIONS = {
    "resnet50": ("ResNet50", "resnet"),
    "resnet152": ("ResNet152", "resnet"),
    "resnet50v2": ("ResNet50V2", "resnet_v2"),
}
NAMES = [*DIGITS, "preact-resnet18", "preact-resnet50", *APPLICATIONS]


@dataclass
class Subject:
    """A network, how `assay` calls it, and what Keras 3 predicts."""

    name: str
    arguments: list
    images: np.ndarray
    keras3: callable
    tf_keras: callable

    @cached_property
    def model(self):
        """The Keras 3 model with its weights."""
        model = self.keras3()
        if self.name in DIGITS:
            model.load_weights(str(FIXTURES / f"checkpoints/digits/{self.name}.keras3.h5"))
        else:
            formula.fill(model)
        return model

    @cached_property
    def tf_keras_model(self):
        """The same in tf-keras, weight by weight under the same names."""
        model = self.tf_keras()
        for layer in model.layers:
            if layer.weights:
                layer.set_weights(self.model.get_layer(layer.name).get_weights())
        return model

    @cached_property
    def logits(self):
        return np.asarray(self.model(self.images, training=False))


def _preact(name, network, channels, size, model, blocks):
    def keras3():
        start_again()
        return network.build((size, size, channels))

    def old():
        start_again()
        return network.build((size, size, channels), dialect=preact_resnet.TFKeras())

    arguments = ["--model", model] + (["--blocks-per-stage", blocks] if blocks else [])
    return Subject(name, arguments, formula.images(2, size, size, channels), keras3, old)


def _application(name):
    function, _ = APPLICATIONS[name]

    def build(framework):
        start_again()
        make = getattr(framework.applications, function)
        return make(weights=None, input_shape=(SIZE, SIZE, 3), classifier_activation=None)

    return Subject(
        name, ["--model", name], formula.images(2, SIZE, SIZE, 3),
        lambda: build(keras), lambda: build(tf_keras),
    )  # fmt: skip


def make(name):
    if name in DIGITS:
        network, channels, model, blocks = DIGITS[name]
        return _preact(name, network, channels, 32, model, blocks)
    if name in APPLICATIONS:
        return _application(name)
    depth = int(name.removeprefix("preact-resnet"))
    return _preact(name, replace(preact_resnet.DEPTHS[depth]), 3, SIZE, name, None)
