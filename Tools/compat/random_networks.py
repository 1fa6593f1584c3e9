"""Random networks for `differential.py`: every choice is drawn from one seed.

A network grows from its inputs: layers and operators, merges of two or three tensors, layers that are called
again, and models inside, functional or sequential, called once or twice, with models inside of their own. What
Keras refuses to build is drawn again. Left out is whatever ends in a softmax or sigmoid: `assay` gives what goes into these.
"""

import math

from frameworks import keras, start_again, tf
from random_layers import Layers
from random_operators import Operators

# What Keras raises where a layer does not fit: another one is drawn then.
REFUSALS = (ValueError, TypeError, NotImplementedError, AttributeError, RuntimeError, IndexError, tf.errors.OpError)
LARGEST = 3000


class Grower:
    """One model: the tensors that it has so far."""

    def __init__(self, layers, depth=0):
        self.layers, self.k, self.depth = layers, layers.k, depth
        # Layers and models that can be called again, with the shapes that they take.
        self.known = []

    def fits(self, x):
        shape = tuple(x.shape)[1:]
        return 1 <= len(shape) <= 4 and all(n and n > 0 for n in shape) and math.prod(shape) <= LARGEST

    def tried(self, work):
        """What `work` makes, or nothing where Keras refuses it or it grows too large."""
        try:
            made = work()
        except REFUSALS:
            return None
        tensors = made if isinstance(made, (list, tuple)) else [made]
        return list(tensors) if all(self.fits(x) for x in tensors) else None

    def grow(self, tensors, steps):
        tensors = list(tensors)
        for _ in range(steps):
            for _ in range(20):
                if made := self.tried(lambda: self.step(tensors)):
                    tensors += made
                    break
        return tensors

    def step(self, tensors):
        pick = self.layers
        # What came last is taken most often, so that networks grow deep.
        x = tensors[-1 - min(int(pick.numbers.geometric(0.55)) - 1, len(tensors) - 1)]
        shape = tuple(x.shape)[1:]
        draw = pick.numbers.random()
        if draw < 0.22:
            return Operators(pick, x, [y for y in tensors if y is not x and tuple(y.shape)[1:] == shape]).draw()
        if draw < 0.40 and len(tensors) > 1:
            return self.merged(x, tensors)
        if draw < 0.50 and self.known:
            again = [known for known, taken in self.known if taken == shape]
            if again:
                return pick.one(*again)(x)
        if draw < 0.64 and self.depth < 2:
            return self.nested(x, tensors)
        if len(shape) in (2, 3) and pick.often(0.08):
            # Of others, those whose rows it can attend to.
            others = [y for y in tensors if len(y.shape) == len(x.shape) and y.shape[-1] == x.shape[-1]]
            return pick.attended(x, pick.one(x, x, *others) if len(shape) == 2 else x)
        if len(shape) == 1 and pick.often(0.06):
            return pick.embedded(x)
        layer = pick.layer(shape)
        made = layer(x)
        self.known.append((layer, shape))
        return made

    def merged(self, x, tensors):
        pick, shape = self.layers, tuple(x.shape)
        alike = [y for y in tensors if y is not x and tuple(y.shape) == shape]
        if alike and pick.often(0.7):
            chosen = [x, pick.one(*alike)] + ([x] if pick.often(0.15) else [])
            if len(chosen) == 2 and pick.often(0.1):
                return pick.scaled_sum(0.17)(chosen)
            if pick.often(0.25):
                return self.k.layers.Concatenate(axis=pick.one(-1, *range(1, len(shape))))(chosen)
            if len(shape) < 4 and len(chosen) == 2 and pick.often(0.15):
                return self.k.layers.Dot(axes=pick.one(*range(1, len(shape))), normalize=pick.often(0.5))(chosen)
            return pick.merge(len(chosen))(chosen)
        other = pick.one(*tensors)
        if pick.often(0.5):
            # Unequal shapes: where they broadcast, Keras takes them.
            return pick.merge(2)([x, other])
        return self.k.layers.Concatenate()([self.vector(x), self.vector(other)])

    def vector(self, x):
        layer = self.layers.flat(tuple(x.shape)[1:])
        return layer(x)

    def nested(self, x, tensors):
        """A model called on a tensor, or on two; it may be called again later."""
        pick, shape = self.layers, tuple(x.shape)[1:]
        inner = Grower(pick, self.depth + 1)
        steps = int(pick.numbers.integers(1, 5))
        if pick.often(0.35):
            model = sequential(inner, shape, steps)
            self.known.append((model, shape))
            return model(x)
        others = [y for y in tensors if y is not x]
        given = [x, pick.one(*others)] if others and pick.often(0.25) else [x]
        images = [self.k.layers.Input(tuple(y.shape)[1:]) for y in given]
        grown = inner.grow(images, steps)
        ends = grown[len(images):]
        if not ends:
            raise ValueError("nothing grew")
        last = ends[-1]
        outputs = [last, ends[-2]] if len(ends) > 1 and pick.often(0.2) else [last]
        if len(images) == 2:
            outputs[0] = self.k.layers.Concatenate()([inner.vector(last), *map(inner.vector, images)])
        model = self.k.Model(images if len(images) > 1 else images[0], outputs if len(outputs) > 1 else outputs[0])
        if len(images) == 1 and len(outputs) == 1:
            self.known.append((model, shape))
        return model(given if len(given) > 1 else given[0])


def sequential(grower, shape, steps, name=None, ended=False):
    """A Sequential of single layers, and of models where `grower` may still nest."""
    k, pick = grower.k, grower.layers
    image = k.layers.Input(shape, **({"name": name} if name else {}))
    x, stack = image, []
    for _ in range(steps):
        for _ in range(20):
            inside = tuple(x.shape)[1:]

            def drawn(inside=inside):
                if grower.depth < 2 and pick.often(0.15):
                    return sequential(Grower(pick, grower.depth + 1), inside, 2)
                return pick.layer(inside)

            try:
                layer = drawn()
            except REFUSALS:
                continue
            if made := grower.tried(lambda layer=layer, x=x: layer(x)):
                stack.append(layer)
                x = made[0]
                break
    if ended:
        stack.append(k.layers.Dense(pick.one(3, 5), name="out0"))
    if not stack:
        raise ValueError("nothing grew")
    # A layer that was called on the way keeps its name and weights; the calls are made anew.
    return k.Sequential([image if pick.is_new else k.layers.InputLayer(input_shape=shape, name=name), *stack])


def shapes_of(pick, count):
    for _ in range(count):
        rank = pick.one(1, 2, 2, 3, 3, 3, 3, 3, 3, 4)
        sides = [int(n) for n in pick.numbers.integers(3, 10 if rank < 4 else 6, rank - 1)] if rank > 1 else []
        channels = pick.one(1, 2, 3, 4, 6)
        first = pick.data_format == "channels_first"
        yield tuple([channels, *sides] if first else [*sides, channels]) if rank > 1 else (pick.one(4, 7),)


def make(framework, data_format, numbers, with_zoos=False):
    """A model with inputs `in0`, …, and outputs `out0`, …; its weights are Keras's own still."""
    start_again(seed=int(numbers.integers(1 << 30)))
    pick = Layers(framework, data_format, numbers)
    pick.has_zoos = with_zoos
    if pick.often(0.2):
        (shape,) = shapes_of(pick, 1)
        return sequential(Grower(pick), shape, int(numbers.integers(2, 9)), "in0", ended=True)
    k = framework
    images = [
        k.layers.Input(shape, name=f"in{place}")
        for place, shape in enumerate(shapes_of(pick, pick.one(1, 1, 1, 2, 2, 3, 4)))
    ]
    grower = Grower(pick)
    tensors = images
    for image in images:
        # Each input gets some layers of its own before they meet.
        tensors = [tensor for tensor in tensors if tensor is not image] + [image]
        tensors = grower.grow(tensors, int(numbers.integers(3, 10)))
    tensors = grower.grow(tensors, int(numbers.integers(2, 8)))
    outputs = []
    for place in range(pick.one(1, 1, 1, 2, 3)):
        x = tensors[-1 - place] if place else tensors[-1]
        if place == 0:
            vectors = [grower.vector(x), *map(grower.vector, images)]
            x = k.layers.Concatenate()(vectors) if len(vectors) > 1 else vectors[0]
        end = k.layers.Dense(pick.one(3, 5), name=f"out{place}")
        if place and pick.often(0.5):
            end = k.layers.Rescaling(1.5, name=f"out{place}")
        outputs.append(end(x))
    return k.Model(images if len(images) > 1 else images[0], outputs if len(outputs) > 1 else outputs[0])
