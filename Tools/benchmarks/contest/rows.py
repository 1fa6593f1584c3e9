"""What is measured, row by row, the most telling first: who takes part, and how each is measured."""

from collections.abc import Callable
from dataclasses import dataclass

from contenders import PEERS, Contender

KINDS = ["throughput", "first", "weights", "evaluation"]
# The network that is measured in every batch, and whose weights are read.
MAIN = "resnet50v2"
# The networks that start, evaluate photographs and have int8.
WHOLE = [MAIN, "mobilenetv2"]


@dataclass(frozen=True)
class Row:
    key: str
    contenders: list[Contender]
    measure: Callable[[Contender], dict]


def precisions(model):
    return ["f32", "bf16", "int8"] if model in WHOLE else ["f32", "bf16"]


def participants(options, excluded, model, precision, *manners):
    """Assay, also in these manners, and the peers that have the precision and compute this network."""
    if precision not in options.precisions:
        return []
    own = [Contender("assay", precision, manner) for manner in ("", *manners)]
    peers = [Contender(engine, precision) for engine in PEERS[precision] if engine in options.engines]
    return own + [who for who in peers if who.name not in excluded.get(model, {})]


def rows(bench, excluded):
    """Those that the options leave."""
    options = bench.options
    first, *fewer = sorted(options.threads, reverse=True)
    every = throughput(bench, excluded, options.models, first)
    for model in WHOLE:
        if model in options.models:
            every += whole(bench, excluded, model)
    for threads in fewer:
        every += throughput(bench, excluded, options.models, threads)
    return [row for row in every if row.contenders and row.key.split()[0] in options.only]


def throughput(bench, excluded, models, threads):
    options = bench.options
    return [
        Row(
            f"throughput {model} {precision} {batch} {threads}",
            participants(options, excluded, model, precision, *exact(model, precision, batch)),
            lambda who, shape=(model, batch, threads): bench.throughput(who, *shape, options.seconds),
        )
        for precision in options.precisions
        for model in models
        if precision in precisions(model)
        for batch in batches(options, model, precision)
    ]


def batches(options, model, precision):
    if precision != "f32":
        return [8]
    return options.batches if model == MAIN else [8, 1]


def exact(model, precision, batch):
    """The direct convolutions that are held to the peak."""
    return ["exact"] if (precision, batch) == ("f32", 8) and model in (MAIN, "vgg16") else []


def whole(bench, excluded, model):
    """From the start of a process, and from photographs."""
    options = bench.options
    started = participants(options, excluded, model, "f32", "exact")
    for precision in precisions(model)[1:]:
        started += participants(options, excluded, model, precision)
    yield Row(f"first {model}", started, lambda who: bench.first(who, model))
    if model == MAIN:
        readers = [Contender(name) for name in ("assay", "h5py", "keras")]
        yield Row(f"weights {model}", readers, lambda who: bench.weights(who, model))
    for precision in precisions(model):
        yield Row(
            f"evaluation {model} {precision}",
            participants(options, excluded, model, precision, "pillow"),
            lambda who: bench.evaluation(who, model),
        )
