"""The page of results: bars first, then what bounds those that are missed, then every figure they come from."""

import datetime

import bars
import tables
from contenders import PRECISIONS, TITLES, title
from figures import Figures
from models import MODELS


def page(results, notes, output=None):
    figures = Figures(results)
    parts = [
        ["# Beside other engines", "", *conditions(results), *others(output), "", *method(results["settings"])],
        [
            "## The bars", "", *bars.throughput(figures, results["missing"]),
            "", *bars.others(figures, results["missing"]),
        ],
        ["## What bounds the missed bars", "", *notes.strip().splitlines()],
        ["## Throughput", *(line for each in PRECISIONS for line in tables.throughput(figures, each))],
        ["## Start, memory, weights, evaluation", "", *tables.others(figures)],
        [
            "## Accuracy", "",
            "Logits against Keras's in f32, largest difference over the largest logit; of the photographs resized",
            "alike, with the share of them whose top-1 is the same.",
            "", *tables.accuracy(results), *excluded(results),
        ],
    ]  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def conditions(results):
    machine, runs = results["machine"], results["runs"]
    versions = ", ".join(f"{TITLES[name]} {version}" for name, version in results["versions"].items())
    load = [each for run in runs for each in run["load"]]
    counts = sorted({len(turns) for turns in results["rows"].values()}) or [0]
    rounds = " to ".join(str(each) for each in dict.fromkeys([counts[0], counts[-1]]))
    lines = [
        f"{datetime.date.fromisoformat(results['day']):%d %B %Y}; {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory'] / 2**30:.0f} GB, {machine['system']}, Python {machine['python']}; {versions}.",
        f"Rounds of each row: {rounds}; load of the machine {min(load, default=0):.1f} to {max(load, default=0):.1f}. "
        "Made by `Tools/benchmarks/peers`.",
    ]
    if len(runs) > 1:
        builds = len({run["build"] for run in runs})
        lines.append(f"Put together from {len(runs)} runs of that day, of {builds} build{'s' * (builds > 1)} of Assay.")
    return lines


def others(output):
    """The pages beside this one, which are of other processors."""
    pages = sorted(each.name for each in output.resolve().parent.glob("PEERS*.md")) if output else []
    links = ", ".join(f"[{name}]({name})" for name in pages if name != output.name)
    return [f"Other processors: {links}."] if links else []


def method(settings):
    return f"""\
Every figure is a process of its own, each engine in turn within a round, on the same weights (by formula)
and images of 224×224×3 (InceptionV3 and Xception 299). A ratio is taken within a round, then the median over rounds, with the
smallest and the largest; its peer is the one whose median is best.
Throughput: at least {settings["seconds"]:g} s of calls after a warm-up, one batch a call, already in memory.
OpenVINO's networks are converted from Keras's SavedModel, LiteRT's from its graph with constants, ONNX Runtime's
from Keras's export; torch runs that `.onnx`, compiled for the batch, frozen and channels_last. In bf16 OpenVINO has
its default on this processor and torch has bf16 parameters. In int8 OpenVINO runs NNCF's post-training
quantisation and ONNX Runtime its static one (QDQ), unsigned activations by signed kernels with a scale for each
channel; both are calibrated on the photographs that Assay is calibrated on, none of which is evaluated.
First prediction: one image, from the start of the process to its end, converted files for the peers and Keras's
own for Keras and Assay, which reads it in a child process; torch keeps the kernels that it compiles in
the first round. Memory is the most that a process had resident; Assay's figure is that of the larger of its two.
Evaluation: {settings["images"]} synthetic JPEGs of 500×375; images/s without start and loading. Keras reads them
with `image_dataset_from_directory` (batch 32), the others with Pillow in threads ahead of the engine (batch 8),
Assay (batch 8) resizes as TensorFlow does, or as Pillow against those that use it.""".splitlines()


def excluded(results):
    each = [
        f"{MODELS[model].title}: " + ", ".join(f"{title(name)} {why}" for name, why in names.items())
        for model, names in results["excluded"].items()
        if names
    ]
    return ["", f"Not a peer there: {'; '.join(each)}."] if each else []
