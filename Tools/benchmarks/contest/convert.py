"""Writes a network with weights by formula in every form that the engines read.

    convert.py MODEL FOLDER

Keras's own: `<model>.weights.h5`. Of the same weights: `<model>.onnx` (Keras's export), `<model>.tflite`.
`x.npy` are four images, `x1.npy` the first of them, `<model>.logits.npy` what Keras makes of the four.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.append(str(Path(__file__).resolve().parents[2] / "fixtures"))

import numpy as np  # noqa: E402

import formula  # noqa: E402
from engines import build  # noqa: E402


def main(name, folder):
    import keras
    import tensorflow as tf

    folder.mkdir(parents=True, exist_ok=True)
    model = build(name)
    formula.fill(model)
    model.save_weights(folder / f"{name}.weights.h5")
    images = formula.images(4, 224, 224, 3)
    np.save(folder / "x.npy", images)
    np.save(folder / "x1.npy", images[:1])

    signature = [keras.InputSpec(shape=(None, 224, 224, 3), dtype="float32")]
    model.export(str(folder / f"{name}.onnx"), format="onnx", input_signature=signature, verbose=False)
    with tempfile.TemporaryDirectory() as saved:
        model.export(saved, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(saved)
        (folder / f"{name}.tflite").write_bytes(converter.convert())
    # Last: whoever finds these finds everything.
    np.save(folder / f"{name}.logits.npy", model(images, training=False).numpy())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
