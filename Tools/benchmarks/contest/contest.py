"""Runs Assay and other engines on the same weights in turns, and writes what came out as a page.

Needs nothing but Python's own library: this process stays small, since what a process had before it became
another counts in the system's figure of its peak memory. Every measurement is a process of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from page import page

HERE = Path(__file__).resolve().parent
ENGINES = ["keras", "openvino", "onnxruntime", "litert"]
# Against the largest logit: what an engine may differ from Keras by and still compute the same network.
AGREEMENT = 1e-4
CLASSES = 10


class Contest:
    def __init__(self, options):
        self.options = options
        self.folder = options.folder
        self.engines = list(options.engines)
        self.results = {"agreement": {}, "versions": {}, "rounds": [], "excluded": {}}

    def python(self, engine):
        """The environment that an engine or a reader is installed in."""
        return self.options.tensorflow if engine in ("keras", "h5py") else self.options.python

    def process(self, *command):
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
                raise SystemExit(f"{text}exit code {child.returncode}: {' '.join(command)}")
        line = output.decode().strip().splitlines()[-1:]
        result = json.loads(line[0]) if line and line[0].startswith("{") else {}
        return result | {"process": seconds, "peak": usage.ru_maxrss * 1024}

    def worker(self, task, engine, *arguments):
        return self.process(self.python(engine), HERE / "worker.py", task, engine, *arguments)

    def prepare(self):
        """Converts what is not there yet, and writes the photographs."""
        for model in self.options.models:
            if not (self.folder / f"{model}.logits.npy").exists():
                say(f"converting {model}")
                self.process(self.options.tensorflow, HERE / "convert.py", model, self.folder)
            if not (self.folder / f"{model}.bin").exists():
                self.process(self.options.python, HERE / "convert_openvino.py", model, self.folder)
        self.images = self.folder / f"photographs-{self.options.images}"
        if not self.images.exists():
            self.process(
                self.options.contender, "photographs", "--count", self.options.images, "--output", self.images
            )
        names = [f"class{number}" for number in range(1000)]
        (self.folder / "names.txt").write_text("\n".join(names) + "\n")

    def agree(self):
        """Holds every engine's logits to Keras's; one that computes something else is no peer."""
        for model in self.options.models:
            expected = self.folder / f"{model}.logits.npy"
            for engine in ["assay", *self.options.engines]:
                out = self.folder / f"{engine}.out.npy"
                if engine == "assay":
                    self.assay(model, 4, 1, 0, "--logits", out)
                else:
                    version = self.worker("check", engine, self.folder, model, out)["version"]
                    self.results["versions"][engine] = version
                difference = self.difference(expected, out)
                self.results["agreement"].setdefault(engine, {})[model] = difference
                say(f"{model}, {engine}: {difference:.1e} from Keras")
                if difference <= AGREEMENT:
                    continue
                if engine == "assay":
                    raise SystemExit(f"Assay differs from Keras by {difference:.1e} on {model}")
                self.results["excluded"][engine] = difference
                if engine in self.engines:
                    self.engines.remove(engine)

    def difference(self, expected, actual):
        command = [self.options.python, HERE / "worker.py", "difference", expected, actual]
        return self.process(*command)["difference"]

    def assay(self, model, batch, threads, seconds, *more):
        return self.process(
            self.options.contender, "throughput", "--model", model,
            "--weights", self.folder / f"{model}.weights.h5", "--tensors", self.folder / "x.npy",
            "--batch", batch, "--threads", threads, "--seconds", seconds, *more,
        )  # fmt: skip

    def tasks(self):
        """Every measurement of a round: its key, and for each contender how it is made."""
        seconds = self.options.seconds
        for model in self.options.models:
            batches = self.options.batches if model == self.options.models[0] else [8]
            for threads in self.options.threads:
                for batch in batches:
                    calls = {"assay": (self.assay, model, batch, threads, seconds)}
                    for engine in self.engines:
                        calls[engine] = (self.worker, "throughput", engine, self.folder, model, batch, threads, seconds)
                    yield f"throughput {model} {batch} {threads}", calls
        model, threads = self.options.models[0], max(self.options.threads)
        calls = {engine: (self.worker, "first", engine, self.folder, model, threads) for engine in self.engines}
        weights = self.folder / f"{model}.weights.h5"
        calls["assay"] = (
            self.process, self.options.assay, "predict", "--model", model, "--weights", weights,
            "--tensors", self.folder / "x1.npy", "--threads", threads,
        )  # fmt: skip
        yield "first", calls
        calls = {"assay": (self.process, self.options.contender, "weights", weights)}
        for reader in ("h5py", "keras"):
            calls[reader] = (self.worker, "weights", reader, self.folder, model)
        yield "weights", calls
        calls = {name: (self.evaluation, model, name, threads) for name in ("assay", "assay-pillow", *self.engines)}
        yield "evaluation", calls

    def evaluation(self, model, name, threads):
        out = self.folder / f"{name}.evaluation.npy"
        if not name.startswith("assay"):
            batch = 32 if name == "keras" else 8
            return self.worker("evaluate", name, self.folder, model, self.images, batch, threads, out)
        report = self.folder / "report.json"
        # The same resizing as the one that it is compared with.
        pillow = ["--preset", "keras-pil", "--interpolation", "bilinear"]
        resizing = ["--preset", "keras-tf"] if name == "assay" else pillow
        result = self.process(
            self.options.assay, "evaluate", "--model", model, "--weights", self.folder / f"{model}.weights.h5",
            "--data", self.images, "--threads", threads, "--json", report, "--logits", out,
            "--class-names", self.folder / "names.txt", *resizing,
        )  # fmt: skip
        return result | {"rate": json.loads(report.read_text())["conditions"]["images_per_second"]}

    def run(self):
        self.results["load"] = [os.getloadavg()[0]]
        for number in range(self.options.rounds):
            outcome = {}
            self.results["rounds"].append(outcome)
            for key, calls in self.tasks():
                if not any(key.startswith(part) for part in self.options.only):
                    continue
                names = list(calls)
                # Each is first as often as the others.
                place = number % len(names)
                outcome[key] = turns = {}
                for name in names[place:] + names[:place]:
                    function, *arguments = calls[name]
                    turns[name] = function(*arguments)
                say(f"round {number + 1}, {key}: " + ", ".join(shown(name, turns[name]) for name in names))
                self.save()
        self.results["load"].append(os.getloadavg()[0])
        self.answers()
        self.save()

    def answers(self):
        """How far the engines' logits of the photographs lie apart where they resize alike."""
        self.results["evaluation"] = {}
        for engine in self.engines:
            own = "assay" if engine == "keras" else "assay-pillow"
            files = [self.folder / f"{name}.evaluation.npy" for name in (engine, own)]
            if all(file.exists() for file in files):
                self.results["evaluation"][engine] = self.difference(*files)

    def save(self):
        options = self.options
        self.results["settings"] = {
            "models": options.models, "seconds": options.seconds, "images": options.images,
            "threads": options.threads, "batches": options.batches,
        }  # fmt: skip
        (self.folder / "results.json").write_text(json.dumps(self.results, indent=1) + "\n")
        if options.output:
            options.output.write_text(page(self.results))


def shown(name, result):
    value = f"{result['rate']:.1f}/s" if "rate" in result else f"{result.get('seconds', result['process']):.3f} s"
    return f"{name} {value}"


def say(line):
    print(line, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(prog="peers", description=__doc__)
    for name in ("assay", "contender", "python", "tensorflow"):
        parser.add_argument(f"--{name}", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, required=True, help="where converted networks are or will be")
    parser.add_argument("--output", type=Path, help="writes the page here as well")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement of throughput")
    parser.add_argument("--images", type=int, default=512, help="JPEGs to evaluate")
    parser.add_argument("--threads", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8, 32], help="of the first model; others take 8")
    parser.add_argument("--models", nargs="+", default=["resnet50v2", "resnet50", "preact-resnet50"])
    parser.add_argument("--engines", nargs="+", default=ENGINES, choices=ENGINES)
    parser.add_argument(
        "--only", nargs="+", default=["throughput", "first", "weights", "evaluation"], help="these measurements"
    )
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    contest = Contest(options)
    contest.prepare()
    contest.agree()
    contest.run()
    print(page(contest.results), end="")


if __name__ == "__main__":
    main()
