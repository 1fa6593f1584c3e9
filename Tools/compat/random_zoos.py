"""Layers of public zoos for the networks of `random_networks.py`: kecam's in tf-keras, kimm's in Keras 3."""

# TensorFlow is there already; `differential` has told it which Keras the zoos mean.
from zoo_classes import (
    Attention,
    LayerScale,
    LearnableAffine,
    PositionEmbedding,
    beit,
    common_layers,
    nfnets,
    res_mlp,
    swin_transformer_v2,
    volo,
)

from frameworks import keras, tf_keras

# efficientnet makes it inside a function, so that it has no package.
DROPOUTS = {k: type("FixedDropout", (k.layers.Dropout,), {}) for k in (keras, tf_keras)}


def layer(pick, shape):
    """A zoo's layer for tensors of a shape, without the batch."""
    return (of_kimm if pick.is_new else of_kecam)(pick, shape)


def of_kecam(pick, shape):
    rank = len(shape)
    axis = pick.one(-1, -1, 1)
    activation = tf_keras.layers.Activation
    choices = [
        lambda: DROPOUTS[tf_keras](0.3),
        lambda: nfnets.ZeroInitGain(use_bias=pick.often(0.5)),
        lambda: activation(common_layers.hard_swish),
        lambda: tf_keras.Sequential([activation(common_layers.hard_sigmoid_torch), tf_keras.layers.Rescaling(2.0)]),
    ]
    if rank in (2, 3):
        choices += [
            lambda: res_mlp.ChannelAffine(axis=axis, use_bias=pick.often(0.7)),
            lambda: volo.BiasLayer(axis=axis),
            lambda: volo.PositionalEmbedding(),
        ]
    if rank == 2:
        choices += [lambda: volo.ClassToken(num_tokens=pick.one(1, 2), is_at_end=pick.often(0.5))] * 2
    if rank == 3:
        choices += [
            lambda: swin_transformer_v2.ExpLogitScale(axis=axis),
            lambda: beit.PatchConv2DWithResampleWeights(pick.one(2, 5), pick.one(1, 2), strides=pick.one(1, 2)),
            lambda: common_layers.CompatibleExtractPatches(pick.one(2, 3), pick.one(1, 2)),
        ]
    return pick.one(*choices)()


def of_kimm(pick, shape):
    rank, last = len(shape), shape[-1]
    choices = [
        lambda: DROPOUTS[keras](0.3),
        lambda: LearnableAffine(),
        lambda: LayerScale(axis=pick.one(-1, -1, 1)),
    ]
    if rank == 2:
        sides = [n for n in range(1, shape[0] + 1) if shape[0] % n == 0]
        height = pick.one(*sides)
        choices.append(lambda: PositionEmbedding(height=height, width=shape[0] // height))
    if rank in (2, 3):
        heads = pick.one(*[n for n in (1, 2, 3) if last % n == 0])
        choices.append(lambda: Attention(last, heads, use_qkv_bias=pick.often(0.5)))
    return pick.one(*choices)()
