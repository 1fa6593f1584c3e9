"""Processes, each of which measures one thing and prints it as JSON."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

from models import MODELS, file_of

HERE = Path(__file__).resolve().parent
# How the commands of Assay say that they do not know what they were asked.
USAGE = 64


class Unsupported(Exception):
    """This build of Assay cannot do what was asked; there is nothing to measure."""


class Failed(Exception):
    """A process ended otherwise than it should."""


def process(*command):
    """What a process printed as JSON, its seconds from start to end, and its peak memory in bytes.

    Of a process that had others read for it, the peak is that of the largest.
    """
    command = [str(word) for word in command]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as messages:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=messages, cwd=HERE) as child:
            output = child.stdout.read()
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        if child.returncode != 0:
            messages.seek(0)
            text = messages.read().decode(errors="replace")
            if child.returncode == USAGE and "Error: Unknown option" in text:
                raise Unsupported(text.splitlines()[0].removeprefix("Error: "))
            raise Failed(f"{text}exit code {child.returncode}: {' '.join(command)}")
    line = output.decode().strip().splitlines()[-1:]
    result = json.loads(line[0]) if line and line[0].startswith("{") else {}
    return result | {"process": seconds, "peak": usage.ru_maxrss * 1024}


class Bench:
    """Every measurement there is, of any contender."""

    def __init__(self, options):
        self.options = options
        self.folder = options.folder
        self.images = options.folder / f"photographs-{options.images}"
        self.calibration_images = options.folder / "photographs-of-calibration"
        self.threads = max(options.threads)

    def worker(self, task, engine, *arguments):
        options = self.options
        pythons = {"keras": options.tensorflow, "h5py": options.tensorflow, "torch": options.torch}
        return process(pythons.get(engine, options.python), HERE / "worker.py", task, engine, *arguments)

    def calibration(self, model):
        return self.folder / f"{model}.calibration"

    def assay_options(self, who, model):
        words = ["--weights", file_of(model, self.folder)]
        if MODELS[model].has_name:
            words += ["--model", model]
        if who.precision != "f32":
            words += ["--precision", who.precision]
        if who.precision == "int8":
            if not self.calibration(model).exists():
                raise Unsupported("this build of Assay does not calibrate")
            words += ["--calibration", self.calibration(model)]
        return words + (["--exact"] if who.manner == "exact" else [])

    def throughput(self, who, model, batch, threads, seconds, *more):
        if who.engine != "assay":
            return self.worker(
                "throughput", who.engine, self.folder, model, who.precision, batch, threads, seconds
            )  # fmt: skip
        return process(
            self.options.contender, "throughput", *self.assay_options(who, model),
            "--tensors", self.folder / f"{model}.x.npy", "--batch", batch, "--threads", threads, "--seconds", seconds, *more,
        )  # fmt: skip

    def logits(self, who, model, out):
        """Of the four images that Keras was asked for; with the engine's version, but of Assay."""
        if who.engine == "assay":
            return self.throughput(who, model, 4, 1, 0, "--logits", out)
        return self.worker("check", who.engine, self.folder, model, who.precision, out)

    def first(self, who, model):
        if who.engine != "assay":
            return self.worker("first", who.engine, self.folder, model, who.precision, self.threads)
        return process(
            self.options.assay, "predict", *self.assay_options(who, model),
            "--tensors", self.folder / f"{model}.x1.npy", "--threads", self.threads,
        )  # fmt: skip

    def weights(self, who, model):
        if who.engine == "assay":
            return process(self.options.contender, "weights", file_of(model, self.folder))
        return self.worker("weights", who.engine, self.folder, model)

    def evaluation(self, who, model):
        out = self.evaluated(who, model)
        if who.engine != "assay":
            batch = 32 if who.engine == "keras" else 8
            return self.worker(
                "evaluate", who.engine, self.folder, model, who.precision, self.images, batch, self.threads, out
            )  # fmt: skip
        report = self.folder / "report.json"
        # The same resizing as the one that it is compared with.
        pillow = ["--preset", "keras-pil", "--interpolation", "bilinear"]
        resizing = pillow if who.manner == "pillow" else ["--preset", "keras-tf"]
        result = process(
            self.options.assay, "evaluate", *self.assay_options(who, model),
            "--data", self.images, "--threads", self.threads, "--json", report, "--logits", out,
            "--class-names", self.folder / "names.txt", "--normalize", "tf", *resizing,
        )  # fmt: skip
        return result | {"rate": json.loads(report.read_text())["conditions"]["images_per_second"]}

    def evaluated(self, who, model):
        return self.folder / f"{model}.{who.name}.evaluation.npy"

    def reference(self, who, model):
        """Keras's logits of the same photographs, resized as this contender resizes them."""
        tensorflow = who.engine == "keras" or (who.engine == "assay" and who.manner != "pillow")
        resizing = "tensorflow" if tensorflow else "pillow"
        return self.folder / f"{model}.{resizing}-{self.options.images}.reference.npy"

    def difference(self, expected, actual):
        """The largest against the largest logit, and the share of images with the same top-1."""
        return process(self.options.python, HERE / "worker.py", "difference", expected, actual)
