"""The page of results: bars first, then every figure they come from."""

import datetime
import os
import platform
import statistics
from pathlib import Path

# In the order of the columns.
TITLES = {
    "assay": "Assay", "assay-pillow": "Assay, resizing as Pillow", "keras": "Keras", "openvino": "OpenVINO",
    "onnxruntime": "ONNX Runtime", "litert": "LiteRT", "h5py": "h5py",
}  # fmt: skip


def middle(values):
    return statistics.median(values)


class Figures:
    """What was measured under a key, round by round."""

    def __init__(self, results):
        self.rounds = results["rounds"]

    def values(self, key, name, field):
        turns = [each[key] for each in self.rounds if key in each]
        return [turn[name][field] for turn in turns if name in turn and field in turn[name]]

    def names(self, key):
        return [name for name in TITLES if any(name in each.get(key, {}) for each in self.rounds)]

    def keys(self, prefix):
        return list(dict.fromkeys(key for each in self.rounds for key in each if key.startswith(prefix)))

    def ratios(self, key, field, peers, best, own="assay"):
        """Assay's figure over that of the peer which is best in the median, in each whole round."""
        peers = [name for name in peers if self.values(key, name, field)]
        if not peers or not self.values(key, own, field):
            return None, []
        peer = best(peers, key=lambda name: middle(self.values(key, name, field)))
        whole = [each[key] for each in self.rounds if own in each.get(key, {}) and peer in each[key]]
        return peer, [turn[own][field] / turn[peer][field] for turn in whole]


def spread(ratios):
    return f"{middle(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def bar(what, measured, asked, more_is_better=True):
    peer, ratios = measured
    sign = "≥" if more_is_better else "≤"
    if not ratios:
        return f"| {what} | {sign} {asked:.2f} | – | – | not measured |"
    value = middle(ratios)
    reached = value >= asked if more_is_better else value <= asked
    short = abs(value / asked - 1) * 100
    verdict = "reached" if reached else f"missed by {short:.0f} %"
    return f"| {what} | {sign} {asked:.2f} | {spread(ratios)} | {TITLES.get(peer, peer)} | {verdict} |"


PEERS = ["keras", "openvino", "onnxruntime", "litert"]
# Those that read a converted file.
CONVERTED = PEERS[1:]


def evaluations(figures, field, best):
    """Against the best peer, Assay resizing as that one does."""
    peer, _ = figures.ratios("evaluation", field, PEERS, best)
    return figures.ratios("evaluation", field, [peer], best, "assay" if peer == "keras" else "assay-pillow")


def bars(figures):
    def rate(model, batch):
        return figures.ratios(f"throughput {model} {batch} 2", "rate", PEERS, max)

    share = figures.values("throughput resnet50v2 8 2", "assay", "share_of_peak")
    lines = [
        bar("ResNet50V2 f32, batch 8", rate("resnet50v2", 8), 1.25),
        bar("ResNet50V2 f32, batch 32", rate("resnet50v2", 32), 1.25),
        bar("ResNet50V2 f32, batch 1", rate("resnet50v2", 1), 1.10),
        bar("ResNet50 v1 f32, batch 8", rate("resnet50", 8), 1.20),
        bar("preact-resnet50 f32, batch 8", rate("preact-resnet50", 8), 1.20),
        bar("preact-resnet152 f32, batch 8", rate("preact-resnet152", 8), 1.20),
        bar("ResNet50V2, batch 8, share of the f32 multiply-add peak", ("the peak", share), 0.88),
        bar("JPEGs evaluated, f32, images/s", evaluations(figures, "rate", max), 1.25),
        bar("weights to first prediction, seconds", figures.ratios("first", "process", CONVERTED, min), 1.0, False),
        bar("the same, against Keras", figures.ratios("first", "process", ["keras"], min), 0.1, False),
        bar("peak memory, batch 1", figures.ratios("first", "peak", PEERS, min), 0.85, False),
        bar("peak memory while evaluating", evaluations(figures, "peak", min), 0.6, False),
        bar("reading the weights, seconds", figures.ratios("weights", "seconds", ["h5py"], min), 1.0, False),
    ]
    others = {"ResNet50V2 bf16, batch 8": 1.05, "ResNet50V2 int8, batch 8": 1.05, "JPEGs evaluated, int8": 1.25}
    for what, asked in others.items():
        lines.append(f"| {what} | ≥ {asked:.2f} | – | – | missed: Assay computes in f32 alone |")
    return table(["2 threads", "bar", "Assay ÷ peer, median (min–max)", "peer", ""], lines)


def table(titles, lines):
    rule = "|" + "---|" * len(titles)
    return ["| " + " | ".join(titles) + " |", rule, *lines]


def throughput(figures):
    names = figures.names("throughput resnet50v2 8 2") or ["assay", *PEERS]
    lines = []
    for key in figures.keys("throughput"):
        _, model, batch, threads = key.split()
        cells = [figures.values(key, name, "rate") for name in names]
        shown = [f"{middle(cell):.1f}" if cell else "–" for cell in cells]
        peer, ratios = figures.ratios(key, "rate", PEERS, max)
        ratio = f"{spread(ratios)} {TITLES[peer]}" if ratios else "–"
        lines.append(f"| {model} | {batch} | {threads} | {' | '.join(shown)} | {ratio} |")
    titles = ["images/s", "batch", "threads", *(TITLES[name] for name in names), "Assay ÷ the fastest peer"]
    return table(titles, lines)


def others(figures):
    lines = []
    kinds = {"first": ["process", "peak"], "weights": ["seconds"], "evaluation": ["rate", "process", "peak"]}
    for key, fields in kinds.items():
        for name in figures.names(key):
            cells = {field: figures.values(key, name, field) for field in ("rate", "seconds", "process", "peak")}
            shown = [
                f"{middle(cells['rate']):.1f}" if "rate" in fields and cells["rate"] else "",
                f"{middle(cells['seconds']):.3f}" if "seconds" in fields and cells["seconds"] else "",
                f"{middle(cells['process']):.2f}" if "process" in fields and cells["process"] else "",
                f"{middle(cells['peak']) / 1e6:.0f}" if "peak" in fields and cells["peak"] else "",
            ]
            lines.append(f"| {WHAT[key]} | {TITLES[name]} | {' | '.join(shown)} |")
    return table(["resnet50v2", "", "images/s", "reading, s", "whole process, s", "peak memory, MB"], lines)


WHAT = {"first": "start to first prediction", "weights": "reading the weights", "evaluation": "evaluating JPEGs"}


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def page(results):
    figures, settings = Figures(results), results["settings"]
    versions = ", ".join(f"{TITLES[name]} {version}" for name, version in results["versions"].items())
    agreement = ", ".join(f"{TITLES[name]} {max(each.values()):.0e}" for name, each in results["agreement"].items())
    answers = ", ".join(f"{TITLES[name]} {value:.0e}" for name, value in results.get("evaluation", {}).items())
    excluded = ", ".join(f"{TITLES[name]} ({value:.0e})" for name, value in results["excluded"].items())
    load = " to ".join(f"{value:.1f}" for value in results["load"])
    return "\n".join(
        [
            "# Beside other engines",
            "",
            f"{datetime.date.today():%d %B %Y}; {processor()}, {os.cpu_count()} cores, "
            f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB, "
            f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Python {platform.python_version()}; {versions}.",
            f"{len(results['rounds'])} rounds, load of the machine {load}. Made by `Tools/benchmarks/peers`.",
            "",
            "Every figure is a process of its own, each engine in turn within a round, on the same weights (by formula)",
            "and images of 224×224×3 in f32. A ratio is taken within a round, then the median over rounds, with the",
            "smallest and the largest; its peer is the one whose median is best.",
            f"Throughput: at least {settings['seconds']:g} s of calls after a warm-up, one batch a call, already in memory.",
            "First prediction: one image, from the start of the process to its end, converted files for the peers and the",
            "`.weights.h5` for Keras and Assay, which reads it in a child process. Memory is the most that a process had",
            "resident; Assay's figure is that of the larger of its two.",
            f"Evaluation: {settings['images']} synthetic JPEGs of 500×375; images/s without start and loading. Keras reads them with",
            "`image_dataset_from_directory` (batch 32), the others with Pillow in threads ahead of the engine (batch 8),",
            "Assay (batch 8) resizes as TensorFlow does, or as Pillow against those that use it.",
            "",
            f"Logits of all networks against Keras's, largest difference over the largest logit: {agreement}.",
            *([f"Not a peer, since it computes something else: {excluded}."] if excluded else []),
            *([f"Logits of the photographs, each engine against Assay resizing alike: {answers}."] if answers else []),
            "",
            "## The bars",
            "",
            *bars(figures),
            "",
            "## Throughput",
            "",
            *throughput(figures),
            "",
            "## Start, memory, weights, evaluation",
            "",
            *others(figures),
            "",
        ]
    )
