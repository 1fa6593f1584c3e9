"""Writes `<model>.xml` and `.bin` for OpenVINO, of Keras's SavedModel: convert_openvino.py MODEL FOLDER."""

import sys
from pathlib import Path

import openvino

path = Path(sys.argv[2]) / sys.argv[1]
network = openvino.convert_model(f"{path}.saved")
openvino.save_model(network, f"{path}.xml", compress_to_fp16=False)
