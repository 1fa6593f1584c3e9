"""Other engines on one footing: each loads a converted network and gives logits for a batch.

Every class is made with (folder, model, precision, batch, threads) and called with a float32 array N, H, W, C.
What an engine needs is imported only when it is made: the time that takes is part of its start.
"""

import os

from models import loaded


class Keras:
    """Keras on TensorFlow, from what Assay reads, as a compiled graph."""

    def __init__(self, folder, model, precision, batch, threads):
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
        os.environ["KERAS_BACKEND"] = "tensorflow"
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        import keras

        self.tf, self.keras = tf, keras
        network = loaded(model, folder)
        self.function = tf.function(lambda x: network(x, training=False))

    def __call__(self, x):
        return self.function(self.tf.constant(x)).numpy()

    def version(self):
        return f"{self.keras.__version__} on TensorFlow {self.tf.__version__}"


class OpenVINO:
    """OpenVINO from its own format, in f32 where its default would be bf16, or as NNCF quantised it."""

    # What stays in floats of a quantised network is bf16 by default where the processor has that.
    HINTS = {"f32": "f32", "bf16": "bf16", "int8": "bf16"}

    def __init__(self, folder, model, precision, batch, threads):
        import openvino

        self.openvino = openvino
        core = openvino.Core()
        network = core.read_model(folder / (f"{model}.int8.xml" if precision == "int8" else f"{model}.xml"))
        shape = list(network.input(0).partial_shape)
        network.reshape([batch, *[axis.get_length() for axis in shape[1:]]])
        self.compiled = core.compile_model(
            network,
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_PRECISION_HINT": self.HINTS[precision],
                "INFERENCE_NUM_THREADS": threads,
            },
        )
        self.request = self.compiled.create_infer_request()
        self.batch = batch

    def __call__(self, x):
        if len(x) == self.batch:
            return self.request.infer([x], share_inputs=True, share_outputs=False)[0]
        return filled(x, self.batch, self)

    def version(self):
        return self.openvino.__version__.split("-")[0]


class ONNXRuntime:
    """ONNX Runtime with all of its optimisations; in int8 the network of `quantize.py`."""

    def __init__(self, folder, model, precision, batch, threads):
        import onnxruntime

        self.onnxruntime = onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        path = folder / (f"{model}.int8.onnx" if precision == "int8" else f"{model}.onnx")
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def __call__(self, x):
        return self.session.run(None, {self.input: x})[0]

    def version(self):
        return self.onnxruntime.__version__


class LiteRT:
    """LiteRT with XNNPACK."""

    def __init__(self, folder, model, precision, batch, threads):
        from ai_edge_litert.interpreter import Interpreter

        self.interpreter = Interpreter(str(folder / f"{model}.tflite"), num_threads=threads)
        self.input = self.interpreter.get_input_details()[0]
        self.interpreter.resize_tensor_input(self.input["index"], [batch, *self.input["shape"][1:]])
        self.interpreter.allocate_tensors()
        self.output = self.interpreter.get_output_details()[0]["index"]
        self.batch = batch

    def __call__(self, x):
        if len(x) != self.batch:
            return filled(x, self.batch, self)
        self.interpreter.set_tensor(self.input["index"], x)
        self.interpreter.invoke()
        return self.interpreter.get_tensor(self.output)

    def version(self):
        from importlib.metadata import version

        return version("ai-edge-litert")


class Torch:
    """torch compiled by its inductor, frozen and channels_last, from the same `.onnx` as ONNX Runtime."""

    def __init__(self, folder, model, precision, batch, threads):
        # Compiled kernels outlive the process, and one that waits for more work would disturb a measurement.
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder / "torch-inductor")
        os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
        import torch
        from torch._inductor import config

        from onnx_to_torch import network

        self.torch, self.batch = torch, batch
        config.freezing = True
        torch.set_num_threads(threads)
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        module = network(folder / f"{model}.onnx").to(dtype).to(memory_format=torch.channels_last)
        self.compiled = torch.compile(module, dynamic=False)

    def __call__(self, x):
        if len(x) != self.batch:
            return filled(x, self.batch, self)
        with self.torch.inference_mode():
            return self.compiled(self.torch.from_numpy(x)).numpy()

    def version(self):
        return self.torch.__version__.split("+")[0]


ENGINES = {"keras": Keras, "openvino": OpenVINO, "onnxruntime": ONNXRuntime, "litert": LiteRT, "torch": Torch}


def filled(x, batch, engine):
    """The logits of fewer or more images than the engine takes at once."""
    import numpy as np

    parts = []
    for first in range(0, len(x), batch):
        part = x[first : first + batch]
        whole = np.concatenate([part, np.zeros((batch - len(part), *x.shape[1:]), x.dtype)])
        parts.append(engine(whole)[: len(part)])
    return np.concatenate(parts)
