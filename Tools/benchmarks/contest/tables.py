"""Tables in Markdown of what was measured."""

from contenders import PEERS, Contender, order, title
from figures import middle
from models import MODELS

KINDS = {"first": "start to first prediction", "weights": "reading the weights", "evaluation": "evaluating JPEGs"}


def table(titles, lines):
    rule = "|" + "---|" * len(titles)
    return ["| " + " | ".join(titles) + " |", rule, *lines]


def throughput(figures, precision):
    """Images a second of a precision, or nothing if none were measured."""
    keys = [key for key in figures.keys("throughput") if key.split()[2] == precision]
    names = sorted({name for key in keys for name in figures.names(key)}, key=order)
    own = Contender("assay", precision).name
    peers = [Contender(engine, precision).name for engine in PEERS[precision]]
    lines = []
    for key in keys:
        _, model, _, batch, threads = key.split()
        cells = [figures.values(key, name, "rate") for name in names]
        shown = [f"{middle(cell):.1f}" if cell else "–" for cell in cells]
        ratio = figures.ratio(key, "rate", [own], peers, max)
        best = f"{ratio} {title(ratio.peer)}" if ratio else "–"
        lines.append(f"| {MODELS[model].title} | {batch} | {threads} | {' | '.join(shown)} | {best} |")
    columns = [title(name) for name in names]
    titles = [f"images/s, {precision}", "batch", "threads", *columns, "Assay ÷ the fastest peer"]
    return ["", *table(titles, lines)] if lines else []


def others(figures):
    """Start, weights and evaluation: a line for each contender."""
    fields = {"first": ["process", "peak"], "weights": ["seconds"], "evaluation": ["rate", "process", "peak"]}
    lines = []
    for kind, wanted in fields.items():
        for key in figures.keys(kind):
            for name in figures.names(key):
                cells = [cell(figures.values(key, name, field), field, wanted) for field in FORMATS]
                network = MODELS[key.split()[1]].title
                lines.append(f"| {network}, {KINDS[kind]} | {title(name)} | {' | '.join(cells)} |")
    return table(["", "", "images/s", "reading, s", "whole process, s", "peak memory, MB"], lines)


FORMATS = {
    "rate": lambda value: f"{value:.1f}",
    "seconds": lambda value: f"{value:.3f}",
    "process": lambda value: f"{value:.2f}",
    "peak": lambda value: f"{value / 1e6:.0f}",
}


def cell(values, field, wanted):
    return FORMATS[field](middle(values)) if field in wanted and values else ""


def accuracy(results):
    """How far from Keras's logits in f32 everyone is."""
    lines = []
    photographs = results["photographs"].values()
    for name in sorted({*results["agreement"], *(each for one in photographs for each in one)}, key=order):
        networks = results["agreement"].get(name)
        answers = [one[name] for one in photographs if name in one]
        if not networks and not answers:
            continue
        largest = f"{max(networks.values()):.1e}" if networks else "–"
        cells = "– | –"
        if answers:
            difference, same = max(each["difference"] for each in answers), min(each["same"] for each in answers)
            cells = f"{difference:.1e} | {100 * same:.1f} %"
        lines.append(f"| {title(name)} | {largest} | {cells} |")
    return table(["", "four images, all networks", "photographs", "same top-1"], lines)
