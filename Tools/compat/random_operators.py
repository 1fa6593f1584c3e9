"""The operators of which `random_networks.py` draws: `keras.ops` in Keras 3, TensorFlow's functions in tf-keras, and
there also operations of TensorFlow's graphs as layers, as files of TensorFlow 2.0 to 2.3 have them.

What grows fast is fed by a tanh, what wants positive numbers by an absolute value. What has a step is fed by a line that
is nowhere on it for the values that networks are full of, such as the 0 behind a ReLU.
"""

import numpy as np

from frameworks import keras, tf
from layer_model_nodes import as_layer

ops = keras.ops
m = tf.math

# A function in `keras.ops`, and its twin in TensorFlow, if it has one.
ANY = [
    ("square", tf.square), ("absolute", tf.abs), ("negative", tf.negative), ("sin", tf.sin), ("cos", tf.cos),
    ("tanh", tf.tanh), ("erf", m.erf), ("erfc", m.erfc), ("cbrt", None), ("deg2rad", None), ("sigmoid", tf.sigmoid),
    ("silu", tf.nn.silu), ("elu", tf.nn.elu), ("selu", tf.nn.selu), ("gelu", tf.nn.gelu), ("celu", None),
    ("leaky_relu", tf.nn.leaky_relu), ("hard_sigmoid", None), ("hard_silu", None), ("softplus", m.softplus),
    ("softsign", tf.nn.softsign), ("log_sigmoid", m.log_sigmoid), ("hard_tanh", None), ("soft_shrink", None),
    ("tanh_shrink", None), ("sparse_plus", None), ("sparse_sigmoid", None), ("squareplus", None),
    ("softmax", tf.nn.softmax), ("log_softmax", tf.nn.log_softmax), ("sparsemax", None), ("relu", tf.nn.relu),
    ("relu6", tf.nn.relu6), ("ones_like", tf.ones_like), ("zeros_like", tf.zeros_like),
]  # fmt: skip
TAME = [("exp", tf.exp), ("exp2", None), ("expm1", m.expm1), ("tan", tf.tan), ("sinh", m.sinh), ("cosh", m.cosh)]
POSITIVE = [
    ("log", tf.math.log), ("log1p", m.log1p), ("log2", None), ("log10", None), ("sqrt", tf.sqrt), ("rsqrt", m.rsqrt),
    ("reciprocal", m.reciprocal),
]  # fmt: skip
STEPS = [("floor", tf.floor), ("ceil", m.ceil), ("round", tf.round), ("trunc", None), ("sign", tf.sign)]
REDUCTIONS = [
    ("mean", m.reduce_mean), ("sum", m.reduce_sum), ("max", m.reduce_max), ("min", m.reduce_min), ("var", m.reduce_variance),
    ("logsumexp", m.reduce_logsumexp), ("amax", None), ("amin", None), ("ptp", None),
]  # fmt: skip


class Operators:
    """Draws an operator for a tensor `x`; `alike` are others of its shape."""

    def __init__(self, pick, x, alike):
        self.pick, self.x, self.alike = pick, x, alike
        self.is_new = pick.is_new
        self.shape = tuple(x.shape)[1:]
        self.axes = list(range(1, len(self.shape) + 1))
        self.axis = pick.one(*self.axes)

    def draw(self):
        kinds = [self.signs, self.signs, self.signs, self.elements, self.elements, self.sliced, self.sliced]
        kinds += [self.reduced, self.arranged, self.arranged, self.multiplied, self.compared]
        if len(self.shape) == 3:
            kinds += [self.of_images, self.of_images]
        if self.alike:
            kinds += [self.of_two]
        if not self.is_new:
            kinds.append(self.as_node)
        return self.pick.one(*kinds)()

    def one(self, *choices):
        """The result of one of pairs of functions: for Keras 3, for tf-keras, which may be lacking."""
        usable = [three if self.is_new else two for three, two in choices]
        return self.pick.one(*[work for work in usable if work])()

    def named(self, table):
        """A function of a table, and whatever it is in this Keras."""
        return self.pick.one(*[getattr(ops, name) if self.is_new else two for name, two in table if self.is_new or two])

    def off_steps(self):
        """The tensor on a line that keeps 0 and its small multiples away from whole numbers."""
        return self.x * 1.37 + 0.29

    def row(self, extent):
        return self.pick.numbers.uniform(-1, 1, extent).astype("f4")

    # Kinds.

    def signs(self):
        x, number = self.x, self.pick.one(0.5, 1.5, -2.0, 1 / 3)
        return self.pick.one(
            lambda: x + number, lambda: number + x, lambda: x - number, lambda: number - x, lambda: x * number,
            lambda: x / number, lambda: x + x, lambda: -x, lambda: x + np.linspace(-1, 1, self.shape[-1]).astype("f4"),
            lambda: x * self.row(self.shape[-1]), lambda: x**2,
        )()  # fmt: skip

    def elements(self):
        x = self.x
        absolute, tanh = (ops.absolute, ops.tanh) if self.is_new else (tf.abs, tf.tanh)
        return self.pick.one(
            *[lambda: self.named(ANY)(x)] * 4, lambda: self.named(TAME)(tanh(x)),
            lambda: self.named(POSITIVE)(absolute(x) + 0.5), lambda: self.named(STEPS)(self.off_steps()),
            lambda: ops.clip(x, -0.5, 0.7) if self.is_new else tf.clip_by_value(x, -0.5, 0.7),
            lambda: self.one((lambda: ops.gelu(x, False), lambda: tf.nn.gelu(x, approximate=True)),
                             (lambda: ops.glu(x, self.axis), None),
                             (lambda: ops.softmax(x, self.axis), lambda: tf.nn.softmax(x, self.axis)),
                             (lambda: ops.full_like(x, 1.5), None),
                             (lambda: ops.cast(ops.cast(self.off_steps(), "int32"), "float32"),
                              lambda: tf.cast(tf.cast(self.off_steps(), "int32"), "float32"))),
        )()  # fmt: skip

    def of_two(self):
        x, y = self.x, self.pick.one(*self.alike)
        positive = (lambda z: ops.absolute(z) + 0.5) if self.is_new else (lambda z: tf.abs(z) + 0.5)
        return self.one(
            (lambda: x + y, lambda: x + y), (lambda: x - y, lambda: x - y), (lambda: x * y, lambda: x * y),
            (lambda: x / positive(y), lambda: x / positive(y)), (lambda: ops.maximum(x, y), lambda: tf.maximum(x, y)),
            (lambda: ops.minimum(x, y), lambda: tf.minimum(x, y)), (lambda: ops.logaddexp(x, y), None),
            (None, lambda: m.squared_difference(x, y)), (None, lambda: m.add_n([x, y, x])),
            (lambda: ops.where(x > 0.29, x, y), lambda: tf.where(x > 0.29, x, y)),
            (lambda: ops.stack([x, y], axis=self.axis), lambda: tf.stack([x, y], axis=self.axis)),
            (lambda: ops.concatenate([x, y], axis=self.axis), lambda: tf.concat([x, y], axis=self.axis)),
        )  # fmt: skip

    def reduced(self):
        x, is_kept = self.x, self.pick.often(0.5)
        chosen = [axis for axis in self.axes if self.pick.often(0.5)] or [self.axis]
        return self.one(
            *[(lambda: self.named(REDUCTIONS)(x, axis=chosen, keepdims=is_kept),) * 2] * 5,
            (lambda: ops.average(x, axis=self.axis), None), (lambda: ops.diff(x, axis=self.axis), None),
            (lambda: ops.cumsum(x, axis=self.axis), lambda: m.cumsum(x, axis=self.axis)),
            (lambda: ops.normalize(x, axis=self.axis), lambda: m.l2_normalize(x, axis=self.axis)),
            (lambda: ops.norm(x, axis=self.axis, keepdims=is_kept), lambda: tf.norm(x, axis=self.axis, keepdims=is_kept)),
            (lambda: list(ops.moments(x, axes=chosen, keepdims=is_kept)),
             lambda: list(tf.nn.moments(x, axes=chosen, keepdims=is_kept))),
            (lambda: ops.layer_normalization(x, self.row(self.shape[-1]), self.row(self.shape[-1]), axis=-1), None),
            (lambda: ops.rms_normalization(x, self.row(self.shape[-1]), axis=-1), None),
            (lambda: ops.prod(ops.tanh(x), axis=self.axis), lambda: m.reduce_prod(tf.tanh(x), axis=self.axis)),
        )  # fmt: skip

    def arranged(self):
        x, axis, extent, pick = self.x, self.axis, self.shape[self.axis - 1], self.pick
        order = [0, *(int(place) + 1 for place in pick.numbers.permutation(len(self.shape)))]
        other, steps = pick.one(*self.axes), pick.one(-2, 1, 3)
        places = [int(place) for place in pick.numbers.integers(0, extent, pick.one(1, 2, 3))]
        parts = pick.one(*[n for n in range(1, extent + 1) if extent % n == 0])
        times = [1, *(pick.one(1, 2) for _ in self.shape)]
        pads = [[0, 0], *([pick.one(0, 1), pick.one(0, 2)] for _ in self.shape)]
        back = (-1, self.shape[-1], *self.shape[:-1])
        return self.one(
            (lambda: ops.transpose(x, order), lambda: tf.transpose(x, order)),
            (lambda: ops.swapaxes(x, axis, other), None), (lambda: ops.moveaxis(x, axis, other), None),
            (lambda: ops.expand_dims(x, axis), lambda: tf.expand_dims(x, axis)),
            (lambda: ops.squeeze(x, axis), lambda: tf.squeeze(x, [axis])),
            (lambda: ops.flip(x, axis=axis), lambda: tf.reverse(x, [axis])),
            (lambda: ops.roll(x, steps, axis=axis), lambda: tf.roll(x, steps, axis=axis)),
            (lambda: ops.repeat(x, 2, axis=axis), lambda: tf.repeat(x, 2, axis=axis)),
            (lambda: ops.tile(x, times), lambda: tf.tile(x, times)),
            (lambda: ops.take(x, places, axis=axis), lambda: tf.gather(x, places, axis=axis)),
            (lambda: list(ops.split(x, parts, axis=axis)), lambda: list(tf.split(x, parts, axis=axis))),
            (lambda: list(ops.unstack(x, axis=axis)), lambda: list(tf.unstack(x, axis=axis))),
            (lambda: ops.pad(x, pads), lambda: tf.pad(x, pads)),
            (lambda: ops.reshape(x, back), lambda: tf.reshape(x, back)),
            (lambda: ops.rot90(x, pick.one(1, 3), axes=(axis, other)), None),
        )  # fmt: skip

    def multiplied(self):
        x, letters = self.x, "cdef"[: len(self.shape)]
        last = self.shape[-1]
        matrix = self.pick.numbers.normal(0, 1.7 / np.sqrt(last), (last, 3)).astype("f4")
        turned = letters[:-2] + letters[-1] + letters[-2] if len(self.shape) > 1 else letters
        sums = letters.replace(self.pick.one(*letters), "") or letters
        return self.one(
            (lambda: ops.matmul(x, matrix), lambda: tf.matmul(x, matrix)),
            (lambda: ops.dot(x, matrix), None), (lambda: ops.tensordot(x, matrix, axes=1), None),
            (lambda: ops.einsum(f"b{letters},{letters[-1]}z->b{letters[:-1]}z", x, matrix), None),
            (lambda: ops.einsum(f"b{letters}->b{turned}", x), None), (lambda: ops.einsum(f"b{letters}->b{sums}", x), None),
            (lambda: ops.matmul(x, ops.swapaxes(x, -1, -2)), lambda: tf.matmul(x, x, transpose_b=True)),
            (lambda: ops.dot_product_attention(x, x, x), None),
        )  # fmt: skip

    def compared(self):
        x, line = self.x, self.off_steps()
        row = self.row(self.shape[-1])
        name = self.pick.one("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
        truth = self.pick.one("and", "or", "xor")
        # Of a vector they would keep triangles of the batch.
        square = [(lambda: ops.tril(x), None), (lambda: ops.triu(x, 1), None)] if len(self.shape) > 1 else []
        return self.one(
            (lambda: ops.where(x > 0.29, x, -1.5), lambda: tf.where(x > 0.29, x, -1.5)),
            (lambda: ops.where(x > row, x, row), None),
            (lambda: ops.cast(getattr(ops, name)(x, 0.29), "float32"), lambda: tf.cast(getattr(m, name)(x, 0.29), "float32")),
            (lambda: ops.cast(getattr(ops, f"logical_{truth}")(x > 0.29, x < 1.1), "float32"),
             lambda: tf.cast(getattr(m, f"logical_{truth}")(x > 0.29, x < 1.1), "float32")),
            *square, (lambda: ops.threshold(line, 0.1, -1.0), None),
            (lambda: ops.hard_shrink(line), None),
            (lambda: ops.nan_to_num(ops.log(ops.relu(line)), neginf=-7.0), None),
            (lambda: ops.cast(ops.argmax(x + np.linspace(0, 0.3, self.shape[-1]).astype("f4"), axis=-1), "float32"), None),
        )  # fmt: skip

    def of_images(self):
        x, pick, layout = self.x, self.pick, {"data_format": self.pick.format()}
        size, pool = [int(n) for n in pick.numbers.integers(2, 9, 2)], [pick.one(1, 2, 3), pick.one(1, 2, 3)]
        strides, padding = pick.one(1, 2), pick.one("valid", "same")
        channels = self.shape[-1] if layout["data_format"] == "channels_last" else self.shape[0]
        kernel = pick.numbers.normal(0, 0.4, (*pool, channels, 4)).astype("f4")
        depth, point = kernel[..., :2], pick.numbers.normal(0, 0.4, (1, 1, 2 * channels, 3)).astype("f4")
        last_kernel = pick.numbers.normal(0, 0.4, (*pool, self.shape[-1], 4)).astype("f4")
        boxes = ([1, *pool, 1], [1, strides, strides, 1], [1, 1, 1, 1], padding.upper())
        how = {"strides": strides, "padding": padding, **layout}
        return self.one(
            (lambda: ops.image.resize(x, size, interpolation=pick.one("bilinear", "nearest"), **layout),
             lambda: tf.image.resize(x, size, method=pick.one("bilinear", "nearest"))),
            (lambda: ops.image.extract_patches(x, pool, **how), lambda: tf.image.extract_patches(x, *boxes)),
            (lambda: ops.max_pool(x, pool, **how), lambda: tf.nn.max_pool2d(x, pool, strides, padding.upper())),
            (lambda: ops.average_pool(x, pool, **how), lambda: tf.nn.avg_pool2d(x, pool, strides, padding.upper())),
            (lambda: ops.adaptive_average_pool(x, [2, 3], **layout), None),
            (lambda: ops.conv(x, kernel, **how), lambda: tf.nn.conv2d(x, last_kernel, strides, padding.upper())),
            (lambda: ops.depthwise_conv(x, depth, **how), None),
            (lambda: ops.separable_conv(x, depth, point, **how), None),
            (lambda: ops.image.pad_images(x, 1, 2, 1, 0, **layout), None),
            (lambda: ops.image.crop_images(x, 1, 0, 0, 1, **layout), None),
            (None, lambda: tf.nn.space_to_depth(x, 2)), (None, lambda: tf.nn.depth_to_space(x, 2)),
            (None, lambda: tf.nn.bias_add(x, self.row(self.shape[-1]))),
        )  # fmt: skip

    def as_node(self):
        row, shape = self.row(self.shape[-1]), self.shape
        function = self.pick.one(
            tf.nn.relu, tf.nn.elu, tf.tanh, tf.abs, tf.square, tf.nn.softmax, tf.nn.leaky_relu, lambda x: tf.add(x, row),
            lambda x: tf.multiply(x, row), lambda x: tf.subtract(1.0, x), lambda x: tf.maximum(x, row),
            lambda x: tf.raw_ops.Mean(input=x, axis=[self.axis], keep_dims=True),
            lambda x: tf.raw_ops.Max(input=x, axis=[self.axis], keep_dims=True),
            lambda x: tf.reshape(x, [-1, shape[-1], *shape[:-1]]), lambda x: tf.expand_dims(x, self.axis), lambda x: x[..., ::-1],
            lambda x: tf.pad(x, [[0, 0], *[[1, 0]] * len(shape)]), lambda x: tf.tile(x, [1, 2, *[1] * (len(shape) - 1)]),
        )  # fmt: skip
        return as_layer(function, self.x)

    def sliced(self):
        pick, index = self.pick, [slice(None)]
        for axis in self.axes:
            extent = self.x.shape[axis]
            choices = [slice(None), slice(None), slice(None, None, -1), slice(0, extent, 2), slice(extent // 2, None)]
            if len(self.axes) > 1:
                choices.append(int(pick.numbers.integers(-extent, extent)))
            index.append(pick.one(*choices))
        if len(self.axes) < 3 and pick.often(0.2):
            index.insert(int(pick.numbers.integers(1, len(index) + 1)), None)
        return self.x[tuple(index)]
