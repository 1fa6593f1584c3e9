"""The bars: what Assay should reach against the best peer, and what it reached."""

from contenders import PEERS, Contender, title
from figures import Ratio, middle
from models import MODELS
from tables import table

# Images a second: f32 at batch 8, at batch 1, bf16 at batch 8.
THROUGHPUT = {
    "resnet50v2": (1.30, 1.10, 1.10),
    "resnet50": (1.30, 1.10, 1.10),
    "preact-resnet50": (1.30, 1.10, 1.10),
    "vgg16": (2.00, 1.60, 1.20),
    "densenet121": (1.40, 1.20, 1.10),
    "inceptionv3": (1.25, 1.10, 1.05),
    "mobilenetv2": (1.35, 1.12, 1.10),
    "mobilenetv3large": (1.35, 1.12, 1.10),
    "efficientnetb0": (1.45, 1.30, 1.10),
    "efficientnetv2b0": (1.35, 1.20, 1.10),
    "nasnetmobile": (1.20, 1.10, 1.05),
    "xception": (1.12, 1.08, 1.05),
    "convnexttiny": (1.12, 1.08, 1.05),
    "vit-s16": (1.08, 1.03, 1.05),
}
SHAPES = ["f32 8", "f32 1", "bf16 8"]
INT8 = {"resnet50v2": 1.10, "mobilenetv2": 1.05}
EVALUATION = {("resnet50v2", "f32"): 1.25, ("resnet50v2", "int8"): 1.25, ("mobilenetv2", "f32"): 1.5}
# Direct convolutions against the peak of chains in registers, of which a product of three operands reaches 0.93.
SHARES = {"resnet50v2": 0.92 * 0.93, "vgg16": 0.95 * 0.93}


def peers(precision, without=()):
    return [Contender(engine, precision).name for engine in PEERS[precision] if engine not in without]


def throughput(figures, missing):
    """A network a line."""
    lines = []
    for model, asked in THROUGHPUT.items():
        cells = []
        for shape, bar in zip(SHAPES, asked):
            key, own = f"throughput {model} {shape} 2", Contender("assay", shape.split()[0]).name
            ratio = figures.ratio(key, "rate", [own], peers(shape.split()[0]), max)
            cells.append(f"{bar:.2f} | {reached(ratio, '≥', bar, missing.get(key, {}).get(own))}")
        lines.append(f"| {MODELS[model].title} | {' | '.join(cells)} |")
    titles = [cell for shape in ("f32, batch 8", "f32, batch 1", "bf16, batch 8") for cell in (shape, "reached")]
    return table(["2 threads, images/s ÷ the fastest peer's", *titles], lines)


def reached(ratio, sign, asked, reason):
    """A ratio, whose it is, and by how much it misses the bar."""
    if ratio is None:
        return reason or "–"
    value = middle(ratio.values)
    short = shortfall(value, sign, asked)
    return f"{ratio} {title(ratio.peer).split(',')[0]}" + (f", −{short} %" if short else " ✓")


def others(figures, missing):
    lines = []
    for model, asked in INT8.items():
        key = f"throughput {model} int8 8 2"
        ratio = figures.ratio(key, "rate", ["assay-int8"], peers("int8"), max)
        lines.append(bar(f"{MODELS[model].title} int8, batch 8", "≥", asked, ratio, missing.get(key)))
    for model, asked in SHARES.items():
        key, own = f"throughput {model} f32 8 2", "assay-exact"
        shares = figures.values(key, own, "share_of_peak")
        ratio = Ratio(own, "the peak of f32 multiply-adds", shares) if shares else None
        lines.append(bar(f"{MODELS[model].title} `--exact`, batch 8", "≥", asked, ratio, missing.get(key)))
    for (model, precision), asked in EVALUATION.items():
        ratio = evaluation(figures, model, precision, "rate")
        what = f"{MODELS[model].title}, JPEGs evaluated, {precision}, images/s"
        lines.append(bar(what, "≥", asked, ratio, missing.get(f"evaluation {model} {precision}")))
    for model in INT8:
        own, key = ["assay", "assay-exact"], f"first {model}"
        for what, asked, field, against in (
            ("file to first prediction, seconds", 0.9, "process", peers("f32", ["keras"])),
            ("the same, against Keras", 0.1, "process", ["keras"]),
            ("peak memory, batch 1", 0.6, "peak", peers("f32")),
        ):
            ratio = figures.ratio(key, field, own, against, min)
            lines.append(bar(f"{MODELS[model].title}, {what}", "≤", asked, ratio, missing.get(key)))
    for model, precision in EVALUATION:
        ratio = evaluation(figures, model, precision, "peak")
        what = f"{MODELS[model].title}, peak memory while evaluating, {precision}"
        lines.append(bar(what, "≤", 0.5, ratio, missing.get(f"evaluation {model} {precision}")))
    ratio = figures.ratio("weights resnet50v2", "seconds", ["assay"], ["h5py"], min)
    lines.append(bar("ResNet50V2, reading the weights, seconds", "≤", 1.0, ratio, None))
    return table(["2 threads", "bar", "ratio, median (min–max)", "of what", ""], lines)


def evaluation(figures, model, precision, field):
    """Against the best peer, Assay resizing as that one does."""
    key, choice = f"evaluation {model} {precision}", max if field == "rate" else min
    peer = figures.best(key, field, peers(precision), choice)
    own = Contender("assay", precision, "" if peer == "keras" else "pillow").name
    return figures.ratio(key, field, [own], [peer] if peer else [], choice)


def bar(what, sign, asked, ratio, missing):
    if ratio is None:
        reasons = [reason for name, reason in (missing or {}).items() if name.startswith("assay")]
        verdict = f"not measured: {reasons[0]}" if reasons else "not measured"
        return f"| {what} | {sign} {asked:.2f} | – | – | {verdict} |"
    short = shortfall(middle(ratio.values), sign, asked)
    verdict = f"missed by {short} %" if short else "reached"
    return f"| {what} | {sign} {asked:.2f} | {ratio} | {title(ratio.own)} ÷ {title(ratio.peer)} | {verdict} |"


def shortfall(value, sign, asked):
    """By how many percent of the bar it is missed; nothing where it is reached."""
    if value >= asked if sign == "≥" else value <= asked:
        return ""
    percent = abs(value / asked - 1) * 100
    return f"{percent:.0f}" if percent >= 10 else f"{percent:.1f}"
