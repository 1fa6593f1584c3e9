"""The layers of which `random_networks.py` draws."""

import importlib
import math

from frameworks import keras, tf

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
        # Whether layers of public zoos are among those that are drawn.
        self.has_zoos = False

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
        if self.has_zoos and self.often(0.4):
            return importlib.import_module("random_zoos").layer(self, shape)
        rank = len(shape)
        common = [self.activated, self.normalised, self.by_own_moments, self.no_change, self.scaled, self.of_applications]
        own = {
            1: [self.dense, self.dense, self.repeated, self.reshaped],
            2: [self.dense, *[self.convolved] * 4, self.transposed, self.pooled, self.resized1d, self.permuted,
                self.reshaped, self.global_pool, self.einsum, self.adapted, self.spectral, self.local],
            3: [*[self.convolved] * 8, self.transposed, self.transposed, self.pooled, self.pooled, self.padded,
                self.enlarged, self.resized, self.permuted, self.dense, self.global_pool, self.einsum, self.adapted,
                self.distributed, self.spectral, self.local],
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
        if self.often(0.2):
            return layers.UnitNormalization(axis=self.one(-1, *axes))
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

    def spectral(self, shape):
        """A layer whose kernel is divided while it is trained; tf-keras cannot build one."""
        if not self.is_new:
            return self.convolved(shape)
        return self.k.layers.SpectralNormalization(self.one(self.dense, self.convolved)(shape))

    def local(self, shape):
        """A kernel for each place, which Keras 3 has no more."""
        if self.is_new or math.prod(shape) > 500:
            return self.convolved(shape)
        rank = len(shape) - 1
        cls = getattr(self.k.layers, f"LocallyConnected{rank}D")
        way = self.one(1, 2, 3)
        settings = {"strides": self.one(1, 2), "use_bias": self.often(0.8), "activation": self.activation()}
        settings |= {"implementation": way, "padding": "valid" if way == 1 else self.one("valid", "same")}
        return cls(self.one(1, 2, 3), self.one(1, 2, 3), **settings, data_format=self.format())

    def of_applications(self, shape):
        """Layers that only `keras.applications` has."""
        module = importlib.import_module(f"{'keras' if self.is_new else 'tf_keras'}.src.applications.convnext")
        if self.often(0.3):
            return module.StochasticDepth(0.2)
        return module.LayerScale(1e-6, shape[-1])

    def scaled_sum(self, scale):
        """A residual as InceptionResNetV2 adds it."""
        module = importlib.import_module(f"{'keras' if self.is_new else 'tf_keras'}.src.applications.inception_resnet_v2")
        return module.CustomScaleLayer(scale)

    def attended(self, x, y):
        """A tensor after attention to another one of as wide rows."""
        layers, shape = self.k.layers, tuple(x.shape)[1:]
        bias = {"use_bias": self.often(0.8)}
        if len(shape) == 2 and self.often(0.5):
            if self.often(0.5):
                cls = self.one(layers.Attention, layers.AdditiveAttention)
                return cls(use_scale=self.often(0.5))([x, y], use_causal_mask=self.often(0.3))
            if self.is_new:
                heads = self.one((2, 1), (4, 2), (3, 3))
                return layers.GroupQueryAttention(self.one(2, 3), *heads, **bias)(x, y)
        axes = self.one(None, [1]) if len(shape) == 2 else self.one(None, [1], [len(shape) - 1])
        if self.is_new and self.often(0.3):
            bias |= {"use_gate": True}
        layer = layers.MultiHeadAttention(
            self.one(1, 2, 3), self.one(2, 3), value_dim=self.one(None, 4), attention_axes=axes, **bias
        )
        return layer(x, y, use_causal_mask=len(shape) == 2 and self.often(0.2))

    def embedded(self, x):
        """Rows of a table, by whole numbers that a vector tells."""
        whole = keras.ops.floor(x * 1.37 + 0.29) if self.is_new else tf.floor(x * 1.37 + 0.29)
        clip = keras.ops.clip if self.is_new else tf.clip_by_value
        return self.k.layers.Embedding(6, self.one(2, 3))(clip(whole + 2.0, 0.0, 5.0))

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
