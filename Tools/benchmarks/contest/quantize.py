"""Writes a network in int8 for the engines that have one, calibrated on the same photographs.

    quantize.py MODEL FOLDER IMAGES

`<model>.int8.onnx` is ONNX Runtime's static quantisation with a scale for each channel of a kernel;
`<model>.int8.xml` and `.bin` are NNCF's for OpenVINO. Both are set as their makers recommend for VNNI.
"""

import sys
import tempfile
from pathlib import Path

import nncf
import onnxruntime
import openvino
from onnxruntime import quantization
from onnxruntime.quantization.shape_inference import quant_pre_process

from photographs import pillow_batches

# Of activations. With kernels of int8, unsigned ones are what VNNI multiplies, and were the faster of the two.
ACTIVATIONS = quantization.QuantType.QUInt8


class Reader(quantization.CalibrationDataReader):
    def __init__(self, name, images):
        self.feeds = ({name: image} for image in images)

    def get_next(self):
        return next(self.feeds, None)


def for_onnx_runtime(path, images):
    session = onnxruntime.InferenceSession(f"{path}.onnx", providers=["CPUExecutionProvider"])
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(f"{path}.onnx", prepared, skip_symbolic_shape=True)
        quantization.quantize_static(
            prepared, f"{path}.int8.onnx", Reader(session.get_inputs()[0].name, images),
            quant_format=quantization.QuantFormat.QDQ, per_channel=True,
            activation_type=ACTIVATIONS, weight_type=quantization.QuantType.QInt8,
        )  # fmt: skip


def for_openvino(path, images):
    network = openvino.Core().read_model(f"{path}.xml")
    quantized = nncf.quantize(network, nncf.Dataset(images), subset_size=len(images))
    openvino.save_model(quantized, f"{path}.int8.xml", compress_to_fp16=False)


if __name__ == "__main__":
    model, folder, photographs = sys.argv[1:]
    path = Path(folder) / model
    images = list(pillow_batches(photographs, 1, 2))
    for_onnx_runtime(path, images)
    # Last: whoever finds these finds both.
    for_openvino(path, images)
