"""Random networks for `differential.py`: every choice is drawn from one seed.

A network grows from its inputs: layers and operators, merges of two or three tensors, layers that are called
again, and models inside, functional or sequential, called once or twice, with models inside of their own. What
Keras refuses to build is drawn again. Left out are functions with a step (a threshold, hard_shrink), where the last
bit of an input decides, and whatever ends in a softmax or sigmoid: `assay` gives what goes into these.
"""

import math

import numpy as np

from frameworks import keras, start_again, tf

# What Keras raises where a layer does not fit: another one is drawn then.
REFUSALS = (ValueError, TypeError, NotImplementedError, AttributeError, RuntimeError, IndexError, tf.errors.OpError)
LARGEST = 3000
ACTIVATIONS = ["relu", "tanh", "elu", "selu", "softplus", "softsign", "swish", "gelu", "mish", "hard_sigmoid", "linear"]
INNER = [*ACTIVATIONS, "sigmoid", "softmax"]
KERAS3 = [
    "leaky_relu", "relu6", "hard_silu", "celu", "hard_tanh", "soft_shrink", "squareplus", "tanh_shrink", "log_sigmoid",
]  # fmt: skip


class Layers:
    """Draws layers that fit a shape."""

    def __init__(self, framework, data_format, numbers):
        self.k, self.numbers = framework, numbers
        self.data_format, self.is_mixed = data_format, data_format == "mixed"
        self.is_new = framework is keras

    def one(self, *choices):
        return choices[self.numbers.integers(len(choices))]

    def often(self, probability):
        return self.numbers.random() < probability

    def format(self):
        return self.one("channels_last", "channels_first") if self.is_mixed else self.data_format

    def activation(self, inner=True):
        names = (INNER if inner else ACTIVATIONS) + (KERAS3 if self.is_new else [])
        return self.one(None, *names)

    def layer(self, shape):
        """A layer for tensors of a shape, without the batch."""
        rank = len(shape)
        common = [self.activated, self.normalised, self.by_own_moments, self.no_change, self.scaled]
        own = {
            1: [self.dense, self.dense, self.repeated, self.reshaped],
            2: [self.dense, *[self.convolved] * 4, self.transposed, self.pooled, self.resized1d, self.permuted,
                self.reshaped, self.global_pool, self.einsum, self.adapted],
            3: [*[self.convolved] * 8, self.transposed, self.transposed, self.pooled, self.pooled, self.padded,
                self.enlarged, self.resized, self.permuted, self.dense, self.global_pool, self.einsum, self.adapted,
                self.distributed],
            4: [self.convolved, self.convolved, self.transposed, self.pooled, self.padded, self.enlarged,
                self.global_pool, self.reshaped],
        }[rank]  # fmt: skip
        return self.one(*common, *own)(shape)

    # Weighted layers.

    def dense(self, shape):
        return self.k.layers.Dense(self.one(2, 3, 5, 8), activation=self.activation(), use_bias=self.often(0.8))

    def convolved(self, shape):
        rank = len(shape) - 1
        data_format = self.format()
        channels = shape[-1] if data_format == "channels_last" else shape[0]
        settings = {"padding": self.one("valid", "same"), "use_bias": self.often(0.8), "activation": self.activation()}
        kernel = [int(self.numbers.integers(1, 5)) for _ in range(rank)]
        if self.often(0.4):
            settings["strides"] = [int(self.numbers.integers(1, 4)) for _ in range(rank)]
        elif self.often(0.3):
            settings["dilation_rate"] = [int(self.numbers.integers(1, 4)) for _ in range(rank)]
        settings["data_format"] = data_format
        kind = self.one("Conv", "Conv", "Depthwise", "Separable") if rank < 3 else "Conv"
        if kind == "Conv":
            if rank == 1 and self.often(0.2):
                settings |= {"padding": "causal", "data_format": "channels_last"}
            groups = self.one(*[n for n in (1, 1, 1, 2, 3, channels) if channels % n == 0])
            filters = groups * self.one(1, 2, 3) if groups > 1 else self.one(1, 2, 3, 4, 5, 6, 8)
            return getattr(self.k.layers, f"Conv{rank}D")(filters, kernel, groups=groups, **settings)
        if len(set(settings.get("strides", [1]))) > 1:
            # TensorFlow's kernels want them equal.
            settings["strides"] = [2] * rank
        multiplier = {"depth_multiplier": self.one(1, 1, 2, 3)}
        if kind == "Depthwise":
            return getattr(self.k.layers, f"DepthwiseConv{rank}D")(kernel, **multiplier, **settings)
        return getattr(self.k.layers, f"SeparableConv{rank}D")(self.one(2, 3, 5), kernel, **multiplier, **settings)

    def transposed(self, shape):
        rank = len(shape) - 1
        kernel = [int(self.numbers.integers(1, 5)) for _ in range(rank)]
        strides = [int(self.numbers.integers(1, 4)) for _ in range(rank)]
        settings = {"strides": strides, "padding": self.one("valid", "same"), "activation": self.activation()}
        if self.often(0.3):
            settings["output_padding"] = [int(self.numbers.integers(0, stride)) for stride in strides]
        elif self.often(0.2):
            settings |= {"strides": [1] * rank, "dilation_rate": 2}
        name = f"Conv{rank}DTranspose"
        return getattr(self.k.layers, name)(
            self.one(1, 2, 3, 4), kernel, use_bias=self.often(0.8), data_format=self.format(), **settings
        )

    def normalised(self, shape):
        layers = self.k.layers
        axis = int(self.numbers.integers(1, len(shape) + 1))
        if self.often(0.2):
            if self.often(0.5):
                return layers.Normalization(axis=self.one(axis, -1, None))
            return layers.Normalization(mean=0.25, variance=2.0, axis=None, invert=self.often(0.3))
        if self.often(0.2):
            shared = [i for i in range(1, len(shape) + 1) if self.often(0.5)] or None
            return layers.PReLU(shared_axes=shared)
        if self.often(0.8):
            axis = 1 if self.data_format == "channels_first" else -1
        return layers.BatchNormalization(
            axis=axis, scale=self.often(0.8), center=self.often(0.8), epsilon=self.one(1e-3, 1.001e-5, 0.1)
        )

    def by_own_moments(self, shape):
        layers, axes = self.k.layers, list(range(1, len(shape) + 1))
        settings = {"scale": self.often(0.8), "center": self.often(0.8), "epsilon": self.one(1e-3, 1e-6, 0.1)}
        if self.often(0.5):
            chosen = [axis for axis in axes if self.often(0.4)] or [-1]
            return layers.LayerNormalization(axis=chosen if len(chosen) > 1 else chosen[0], **settings)
        if self.is_new and self.often(0.3):
            return layers.RMSNormalization(epsilon=settings["epsilon"])
        axis = self.one(*axes)
        groups = [n for n in range(1, shape[axis - 1] + 1) if shape[axis - 1] % n == 0]
        return layers.GroupNormalization(self.one(-1, *groups), axis=axis, **settings)

    def einsum(self, shape):
        letters = "bcdef"[: len(shape)]
        axis = int(self.numbers.integers(len(shape)))
        result = letters.replace(letters[axis], "z")
        output_shape = [None if letter != "z" else self.one(2, 3, 5) for letter in result]
        return self.k.layers.EinsumDense(
            f"a{letters},{letters[axis]}z->a{result}", output_shape=output_shape, bias_axes=self.one(None, "z"),
            activation=self.activation(),
        )  # fmt: skip

    def distributed(self, shape):
        return self.k.layers.TimeDistributed(self.one(self.dense, self.activated, self.normalised)(shape[1:]))

    def adapted(self, shape):
        data_format = self.format()
        space = shape[:-1] if data_format == "channels_last" else shape[1:]
        # The largest of a whole short axis ends TensorFlow's process.
        if not self.is_new or min(space) < 4:
            return self.pooled(shape)
        size = [int(self.numbers.integers(2, 4)) for _ in space]
        cls = getattr(self.k.layers, f"Adaptive{self.one('Max', 'Average')}Pooling{len(size)}D")
        return cls(size if len(size) > 1 else size[0], data_format=data_format)

    def attention(self, shape):
        """Attention of a tensor to itself, which is called on it twice."""
        axes = self.one(None, [1]) if len(shape) == 2 else self.one(None, [1], [len(shape) - 1])
        return self.k.layers.MultiHeadAttention(
            self.one(1, 2, 3), self.one(2, 3), value_dim=self.one(None, 4), use_bias=self.often(0.8), attention_axes=axes,
        )  # fmt: skip

    # Layers without weights.

    def activated(self, shape):
        layers = self.k.layers
        slope = {"negative_slope": 0.1} if self.is_new else {"alpha": 0.1}
        return self.one(
            lambda: layers.ReLU(),
            lambda: layers.ReLU(max_value=self.one(1.0, 6.0), negative_slope=self.one(0.0, 0.2)),
            lambda: layers.LeakyReLU(**self.one({}, slope)),
            lambda: layers.ELU(alpha=self.one(1.0, 0.5)),
            lambda: layers.Softmax(axis=self.one(-1, 1)),
            lambda: layers.Activation(self.activation() or "relu"),
            lambda: layers.Activation(self.activation() or "relu"),
        )()

    def scaled(self, shape):
        last = shape[-1]
        if self.often(0.3):
            row = [round(float(value), 3) for value in self.numbers.uniform(-2, 2, last)]
            return self.k.layers.Rescaling(row, offset=self.one(0.0, 0.5, row[::-1]))
        return self.k.layers.Rescaling(self.one(2.0, 1 / 3, -1.0), offset=self.one(0.0, -0.5))

    def no_change(self, shape):
        layers = self.k.layers
        choices = [layers.Identity, lambda: layers.Dropout(0.5), lambda: layers.GaussianNoise(0.5)]
        choices += [lambda: layers.AlphaDropout(0.5), lambda: layers.GaussianDropout(0.5)]
        if len(shape) == 3:
            choices += [lambda: layers.SpatialDropout2D(0.5), layers.RandomFlip, lambda: layers.RandomRotation(0.1)]
        return self.one(*choices)()

    def pooled(self, shape):
        rank = len(shape) - 1
        pool = [int(self.numbers.integers(1, 4)) for _ in range(rank)]
        strides = self.one(None, [int(self.numbers.integers(1, 4)) for _ in range(rank)])
        if rank == 1:
            pool, strides = pool[0], strides and strides[0]
        cls = getattr(self.k.layers, f"{self.one('Max', 'Average')}Pooling{rank}D")
        return cls(pool, strides, self.one("valid", "same"), data_format=self.format())

    def global_pool(self, shape):
        cls = getattr(self.k.layers, f"Global{self.one('Max', 'Average')}Pooling{len(shape) - 1}D")
        return cls(data_format=self.format(), keepdims=self.often(0.4))

    def sides(self, rank, largest):
        return tuple(tuple(int(side) for side in self.numbers.integers(0, largest + 1, 2)) for _ in range(rank))

    def padded(self, shape):
        rank = len(shape) - 1
        kind = self.one("ZeroPadding", "Cropping")
        sides = self.sides(rank, 2 if kind == "ZeroPadding" else 1)
        return getattr(self.k.layers, f"{kind}{rank}D")(sides, data_format=self.format())

    def enlarged(self, shape):
        rank = len(shape) - 1
        size = [int(self.numbers.integers(1, 4)) for _ in range(rank)]
        settings = {"data_format": self.format()}
        if rank == 2 and self.often(0.5):
            settings["interpolation"] = "bilinear"
        return getattr(self.k.layers, f"UpSampling{rank}D")(size, **settings)

    def resized1d(self, shape):
        layers = self.k.layers
        return self.one(
            lambda: layers.ZeroPadding1D(self.sides(1, 3)[0]), lambda: layers.Cropping1D(self.sides(1, 1)[0]),
            lambda: layers.UpSampling1D(2),
        )()  # fmt: skip

    def resized(self, shape):
        size = [int(side) for side in self.numbers.integers(2, 10, 2)]
        settings = {"data_format": self.format()} if self.is_new else {}
        if self.often(0.3):
            return self.k.layers.CenterCrop(*size, **settings)
        return self.k.layers.Resizing(
            *size, interpolation=self.one("bilinear", "nearest"), crop_to_aspect_ratio=self.often(0.3), **settings
        )

    def permuted(self, shape):
        return self.k.layers.Permute([int(axis) + 1 for axis in self.numbers.permutation(len(shape))])

    def repeated(self, shape):
        return self.k.layers.RepeatVector(self.one(2, 3, 5))

    def reshaped(self, shape):
        if self.often(0.3):
            return self.k.layers.Flatten(data_format=self.format())
        total = math.prod(shape)
        first = self.one(*[n for n in range(1, total + 1) if total % n == 0 and n <= 12])
        return self.k.layers.Reshape(self.one((first, total // first), (-1, first), (first, -1, 1), (total,)))

    def flat(self, shape):
        """A layer that makes a vector."""
        rank = len(shape)
        if rank == 1:
            return self.k.layers.Dense(self.one(3, 4, 6))
        if math.prod(shape) > 400 or self.often(0.5):
            return getattr(self.k.layers, f"GlobalAveragePooling{rank - 1}D")(data_format=self.format())
        return self.k.layers.Flatten(data_format=self.format())

    def merge(self, count):
        layers = self.k.layers
        names = ["Add", "Multiply", "Average", "Maximum", "Minimum"] + (["Subtract"] * 2 if count == 2 else [])
        return getattr(layers, self.one(*names))()

    # Operators.

    def operated(self, x):
        """A tensor after an operator: Keras 3's, or tf-keras's of TensorFlow."""
        number = self.one(0.5, 1.5, -2.0, 1 / 3)
        shape = tuple(x.shape)[1:]
        axes = list(range(1, len(shape) + 1))
        axis = self.one(*axes)
        pads = [[0, 0], *([self.one(0, 1), self.one(0, 2)] for _ in shape)]
        return self.one(
            lambda: x + number, lambda: number + x, lambda: x - number, lambda: number - x, lambda: x * number,
            lambda: x / number, lambda: x + x, lambda: -x,
            lambda: x + np.linspace(-1, 1, shape[-1]).astype("f4"),
            lambda: keras.ops.relu(x) if self.is_new else tf.nn.relu(x),
            lambda: keras.ops.relu6(x) if self.is_new else tf.nn.relu6(x),
            lambda: keras.ops.reshape(x, (-1, shape[-1], *shape[:-1]))
            if self.is_new else tf.reshape(x, (-1, shape[-1], *shape[:-1])),
            lambda: keras.ops.pad(x, pads) if self.is_new else tf.pad(x, pads),
            lambda: keras.ops.mean(x, axis=axis, keepdims=True)
            if self.is_new else tf.reduce_mean(x, axis=axis, keepdims=True),
            lambda: self.sliced(x, axes), lambda: self.sliced(x, axes),
        )()  # fmt: skip

    def sliced(self, x, axes):
        index = [slice(None)]
        for axis in axes:
            extent = x.shape[axis]
            choices = [slice(None), slice(None), slice(None, None, -1), slice(0, extent, 2), slice(extent // 2, None)]
            if len(axes) > 1:
                choices.append(int(self.numbers.integers(-extent, extent)))
            index.append(self.one(*choices))
        if len(axes) < 3 and self.often(0.2):
            index.insert(int(self.numbers.integers(1, len(index) + 1)), None)
        return x[tuple(index)]


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
        if draw < 0.15:
            return pick.operated(x)
        if draw < 0.35 and len(tensors) > 1:
            return self.merged(x, tensors)
        if draw < 0.45 and self.known:
            again = [known for known, taken in self.known if taken == shape]
            if again:
                return pick.one(*again)(x)
        if draw < 0.6 and self.depth < 2:
            return self.nested(x, tensors)
        if len(shape) in (2, 3) and pick.often(0.06):
            return pick.attention(shape)(x, x)
        layer = pick.layer(shape)
        made = layer(x)
        self.known.append((layer, shape))
        return made

    def merged(self, x, tensors):
        pick, shape = self.layers, tuple(x.shape)
        alike = [y for y in tensors if y is not x and tuple(y.shape) == shape]
        if alike and pick.often(0.7):
            chosen = [x, pick.one(*alike)] + ([x] if pick.often(0.15) else [])
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


def make(framework, data_format, numbers):
    """A model with inputs `in0`, …, and outputs `out0`, …; its weights are Keras's own still."""
    start_again(seed=int(numbers.integers(1 << 30)))
    pick = Layers(framework, data_format, numbers)
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
