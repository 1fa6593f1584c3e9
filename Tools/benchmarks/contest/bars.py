"""The bars: what Assay should reach against the best peer, and what it reached."""

from contenders import PEERS, Contender, title
from figures import Ratio, middle
from tables import table


def peers(precision, without=()):
    return [Contender(engine, precision).name for engine in PEERS[precision] if engine not in without]


def bars(figures, missing):
    lines = [
        throughput(figures, missing, "ResNet50V2 f32, batch 8", 1.25, "resnet50v2 f32 8"),
        throughput(figures, missing, "ResNet50V2 f32, batch 32", 1.25, "resnet50v2 f32 32"),
        throughput(figures, missing, "ResNet50V2 f32, batch 1", 1.10, "resnet50v2 f32 1"),
        throughput(figures, missing, "ResNet50 v1 f32, batch 8", 1.20, "resnet50 f32 8"),
        throughput(figures, missing, "preact-resnet50 f32, batch 8", 1.20, "preact-resnet50 f32 8"),
        throughput(figures, missing, "preact-resnet152 f32, batch 8", 1.20, "preact-resnet152 f32 8"),
        share(figures, missing),
        throughput(figures, missing, "ResNet50V2 bf16, batch 8", 1.05, "resnet50v2 bf16 8"),
        throughput(figures, missing, "ResNet50V2 int8, batch 8", 1.05, "resnet50v2 int8 8"),
        evaluation(figures, missing, "JPEGs evaluated, f32, images/s", 1.25, "f32", "rate"),
        evaluation(figures, missing, "JPEGs evaluated, int8, images/s", 1.25, "int8", "rate"),
    ]
    own = ["assay", "assay-exact"]
    rest = [
        ("weights file to first prediction, seconds", 1.0, "first", "process", own, peers("f32", ["keras"])),
        ("the same, against Keras", 0.1, "first", "process", own, ["keras"]),
        ("peak memory, batch 1", 0.85, "first", "peak", own, peers("f32")),
        ("reading the weights, seconds", 1.0, "weights", "seconds", ["assay"], ["h5py"]),
    ]
    for what, asked, key, field, own, others in rest:
        ratio = figures.ratio(key, field, own, others, min)
        lines.append(bar(what, "≤", asked, ratio, missing.get(key, {}).get("assay")))
    memory = evaluation(figures, missing, "peak memory while evaluating", 0.6, "f32", "peak")
    lines.insert(-1, memory)
    return table(["2 threads", "bar", "ratio, median (min–max)", "of what", ""], lines)


def throughput(figures, missing, what, asked, shape):
    key, precision = f"throughput {shape} 2", shape.split()[1]
    own = Contender("assay", precision).name
    ratio = figures.ratio(key, "rate", [own], peers(precision), max)
    return bar(what, "≥", asked, ratio, missing.get(key, {}).get(own))


def share(figures, missing):
    """Direct convolutions can be held to the peak, since they do all of the multiply-adds that are counted."""
    key, own = "throughput resnet50v2 f32 8 2", "assay-exact"
    shares = figures.values(key, own, "share_of_peak")
    ratio = Ratio(own, "the peak of f32 multiply-adds", shares) if shares else None
    return bar("ResNet50V2 `--exact`, batch 8", "≥", 0.88, ratio, missing.get(key, {}).get(own))


def evaluation(figures, missing, what, asked, precision, field):
    """Against the best peer, Assay resizing as that one does."""
    key, choice = f"evaluation {precision}", max if field == "rate" else min
    peer = figures.best(key, field, peers(precision), choice)
    own = Contender("assay", precision, "" if peer == "keras" else "pillow").name
    ratio = figures.ratio(key, field, [own], [peer] if peer else [], choice)
    return bar(what, "≥" if field == "rate" else "≤", asked, ratio, missing.get(key, {}).get(own))


def bar(what, sign, asked, ratio, reason):
    if ratio is None:
        verdict = f"not measured: {reason}" if reason else "not measured"
        return f"| {what} | {sign} {asked:.2f} | – | – | {verdict} |"
    value = middle(ratio.values)
    reached = value >= asked if sign == "≥" else value <= asked
    verdict = "reached" if reached else f"missed by {shortfall(value, asked)} %"
    return f"| {what} | {sign} {asked:.2f} | {ratio} | {title(ratio.own)} ÷ {title(ratio.peer)} | {verdict} |"


def shortfall(value, asked):
    percent = abs(value / asked - 1) * 100
    return f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}"
