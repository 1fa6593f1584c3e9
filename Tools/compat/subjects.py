"""The networks that are tried: Keras models with weights, images and logits."""

from collections.abc import Callable
from dataclasses import dataclass
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
APPLICATIONS = {"resnet50": "ResNet50", "resnet152": "ResNet152", "resnet50v2": "ResNet50V2"}
# A model around a backbone: the backbone, whether it is sequential, and whether some of it is frozen.
NESTED = {
    "nested digits-regular": ("digits-regular", False, False),
    "nested frozen digits-bottleneck": ("digits-bottleneck", False, True),
    "nested resnet50v2": ("resnet50v2", False, False),
    "nested frozen resnet50": ("resnet50", False, True),
    "sequential resnet50v2": ("resnet50v2", True, False),
}
NAMES = [*DIGITS, *NESTED, "resnet50", "resnet50v2", "preact-resnet18", "preact-resnet50", "resnet152"]
SWAPPABLE = "stand side by side"
INSIDE = "in the network"


def leaves(model):
    """The layers of a model and of all models inside, outermost order; of a layer, itself."""
    inner = getattr(model, "layers", None)
    return [leaf for layer in inner for leaf in leaves(layer)] if inner is not None else [model]


@dataclass
class Subject:
    """A network, how `assay` calls it, and what Keras 3 predicts."""

    name: str
    arguments: list
    images: np.ndarray
    keras3: Callable
    tf_keras: Callable
    # The description of a pre-activation network, which TensorFlow 1 named in its own way.
    network: object = None
    is_frozen: bool = False
    # What must be said where a file has nothing but an order.
    order_refusal: str | None = SWAPPABLE
    # The trained network's file, or nothing for weights by formula.
    trained: str | None = None

    @cached_property
    def model(self):
        """The Keras 3 model with its weights."""
        model = self.keras3()
        if self.trained:
            source = DIGITS[self.trained][0].build((32, 32, DIGITS[self.trained][1]))
            source.load_weights(str(FIXTURES / f"checkpoints/digits/{self.trained}.keras3.h5"))
            for theirs, ours in zip(weighted(source), weighted(model), strict=True):
                ours.set_weights(theirs.get_weights())
        else:
            for layer in weighted(model):
                for variable in layer.weights:
                    variable.assign(formula.weight(layer.name, variable.name, tuple(variable.shape)))
        return self.frozen(model)

    @cached_property
    def tf_keras_model(self):
        """The same in tf-keras, weight by weight."""
        model = self.tf_keras()
        for theirs, ours in zip(weighted(self.model), weighted(model), strict=True):
            ours.set_weights(theirs.get_weights())
        return self.frozen(model)

    def frozen(self, model):
        """Batch norms and the first third, as when fine-tuning: their weights change places in files."""
        if self.is_frozen:
            layers = model.layers[1].layers
            for place, layer in enumerate(layers):
                layer.trainable = "Norm" not in type(layer).__name__ and place > len(layers) // 3
        return model

    def predict(self, arrays=None):
        """The logits, of other weights where they are given in the order of the model's own."""
        own = self.model.get_weights()
        if arrays is not None:
            self.model.set_weights(arrays)
        logits = np.asarray(self.model(self.images, training=False))
        if arrays is not None:
            self.model.set_weights(own)
        return logits

    @cached_property
    def logits(self):
        return self.predict()


def weighted(model):
    return [layer for layer in leaves(model) if layer.weights]


def _preact(name, network, channels, size, model, blocks):
    def keras3():
        start_again()
        return network.build((size, size, channels))

    def old():
        start_again()
        return network.build((size, size, channels), dialect=preact_resnet.TFKeras())

    return Subject(
        name, ["--model", model] + (["--blocks-per-stage", blocks] if blocks else []),
        formula.images(2, size, size, channels), keras3, old, network,
        trained=name if name in DIGITS else None,
        order_refusal=SWAPPABLE if network.bottleneck else None,
    )  # fmt: skip


def _application(name):
    def build(framework, **options):
        start_again()
        make = getattr(framework.applications, APPLICATIONS[name])
        return make(weights=None, input_shape=(SIZE, SIZE, 3), **options)

    return Subject(
        name, ["--model", name], formula.images(2, SIZE, SIZE, 3),
        lambda: build(keras, classifier_activation=None), lambda: build(tf_keras, classifier_activation=None),
    )  # fmt: skip


def _nested(name):
    inner, is_sequential, is_frozen = NESTED[name]
    subject = make(inner)
    shape = subject.images.shape[1:]

    def around(framework, build):
        if inner in DIGITS:
            whole = build()
            backbone = framework.Model(whole.input, whole.layers[-2].output, name="backbone")
        else:
            start_again()
            make = getattr(framework.applications, APPLICATIONS[inner])
            backbone = make(weights=None, include_top=False, pooling="avg", input_shape=shape)
        head = framework.layers.Dense(10, name="species")
        if is_sequential:
            model = framework.Sequential([backbone, head])
            model.build((None, *shape))
            return model
        image = framework.Input(shape)
        return framework.Model(image, head(backbone(image)))

    return Subject(
        name, subject.arguments, subject.images,
        lambda: around(keras, subject.keras3), lambda: around(tf_keras, subject.tf_keras),
        subject.network, is_frozen, INSIDE, subject.trained,
    )  # fmt: skip


def make(name):
    if name in NESTED:
        return _nested(name)
    if name in DIGITS:
        network, channels, model, blocks = DIGITS[name]
        return _preact(name, network, channels, 32, model, blocks)
    if name in APPLICATIONS:
        return _application(name)
    depth = int(name.removeprefix("preact-resnet"))
    return _preact(name, preact_resnet.DEPTHS[depth], 3, SIZE, name, None)
