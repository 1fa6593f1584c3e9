"""Writes a network with weights by formula in every form that the engines read.

    convert.py MODEL FOLDER

Keras's own: `<model>.weights.h5`, or `<model>.keras` where Assay has no name for the network. Of the same weights:
`<model>.onnx` and `<model>.saved` (Keras's exports) and `<model>.tflite`. `<model>.x.npy` are four images,
`<model>.x1.npy` the first of them, `<model>.logits.npy` what Keras makes of the four.
"""

import os
import shutil
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np  # noqa: E402

from models import MODELS, file_of, filled  # noqa: E402


def main(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    model, images = filled(name)
    if MODELS[name].has_name:
        model.save_weights(file_of(name, folder))
    else:
        model.save(file_of(name, folder))
    np.save(folder / f"{name}.x.npy", images)
    np.save(folder / f"{name}.x1.npy", images[:1])
    if MODELS[name].has_onnx:
        for_onnx(model, folder / f"{name}.onnx", images.shape)
    for_litert(model, folder / f"{name}.tflite", images.shape)
    for_openvino(model, folder / f"{name}.saved")
    # Last: whoever finds these finds everything.
    np.save(folder / f"{name}.logits.npy", model(images, training=False).numpy())


def for_onnx(model, path, shape):
    import keras

    signature = [keras.InputSpec(shape=(None, *shape[1:]), dtype="float32")]
    model.export(str(path), format="onnx", input_signature=signature, verbose=False)
    spell_out_erfc(path)


def spell_out_erfc(path):
    """ONNX has no `Erfc`, of which Keras makes its GELU: it is 1 − erf."""
    import onnx
    from onnx import helper, numpy_helper

    network = onnx.load(path)
    nodes = []
    for node in network.graph.node:
        if node.op_type != "Erfc":
            nodes.append(node)
            continue
        (x,), (y,) = node.input, node.output
        nodes.append(helper.make_node("Erf", [x], [f"{y}/erf"], name=f"{node.name}/erf"))
        nodes.append(helper.make_node("Sub", ["one of erfc", f"{y}/erf"], [y], name=node.name))
    if len(nodes) == len(network.graph.node):
        return
    del network.graph.node[:]
    network.graph.node.extend(nodes)
    network.graph.initializer.append(numpy_helper.from_array(np.float32(1).reshape(()), "one of erfc"))
    onnx.save(network, path)


def for_litert(model, path, shape):
    """The graph with its variables as constants: as variables XNNPACK would not take it."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    run = tf.function(lambda x: model(x, training=False))
    frozen = convert_variables_to_constants_v2(run.get_concrete_function(tf.TensorSpec((None, *shape[1:]), tf.float32)))
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen])
    path.write_bytes(converter.convert())


def for_openvino(model, folder):
    """Its reader of `.onnx` has no `Erf` as Keras exports it."""
    shutil.rmtree(folder, ignore_errors=True)
    model.export(str(folder), verbose=False)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
