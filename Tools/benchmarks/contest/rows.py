"""What is measured, row by row, the most telling first: who takes part, and how each is measured."""

from collections.abc import Callable
from dataclasses import dataclass

from contenders import PEERS, Contender

KINDS = ["throughput", "first", "weights", "evaluation"]
# The network of most bars: in every precision and batch, and alone in rows of other kinds.
MAIN = "resnet50v2"
LOW = ["int8", "bf16"]


@dataclass(frozen=True)
class Row:
    key: str
    contenders: list[Contender]
    measure: Callable[[Contender], dict]


def participants(options, excluded, precision, *manners):
    """Assay, also in these manners, and the peers that have the precision."""
    if precision not in options.precisions:
        return []
    own = [Contender("assay", precision, manner) for manner in ("", *manners)]
    peers = [Contender(engine, precision) for engine in PEERS[precision] if engine in options.engines]
    return own + [who for who in peers if who.name not in excluded]


def rows(bench, excluded):
    """Those that the options leave."""
    options = bench.options
    first, *fewer = sorted(options.threads, reverse=True)
    every = [*throughput(bench, excluded, [MAIN], first), *others(bench, excluded)]
    every += throughput(bench, excluded, options.models, first)
    for threads in fewer:
        every += throughput(bench, excluded, options.models, threads)
    kept = {}
    for row in every:
        if row.contenders and row.key.split()[0] in options.only:
            kept.setdefault(row.key, row)
    return list(kept.values())


def throughput(bench, excluded, models, threads):
    options = bench.options
    for model in models:
        if model not in options.models:
            continue
        shapes = [("f32", 8)]
        if model == MAIN:
            shapes = [("f32", batch) for batch in options.batches] + [(precision, 8) for precision in LOW]
        for precision, batch in shapes:
            manners = ["exact"] if (model, precision, batch) == (MAIN, "f32", 8) else []
            yield Row(
                f"throughput {model} {precision} {batch} {threads}",
                participants(options, excluded, precision, *manners),
                lambda who, shape=(model, batch, threads): bench.throughput(who, *shape, options.seconds),
            )


def others(bench, excluded):
    options = bench.options
    if MAIN not in options.models:
        return
    started = participants(options, excluded, "f32", "exact")
    for precision in LOW:
        started += participants(options, excluded, precision)
    yield Row("first", started, lambda who: bench.first(who, MAIN))
    readers = [Contender(name) for name in ("assay", "h5py", "keras")]
    yield Row("weights", readers, lambda who: bench.weights(who, MAIN))
    for precision in ("f32", *LOW):
        yield Row(
            f"evaluation {precision}",
            participants(options, excluded, precision, "pillow"),
            lambda who: bench.evaluation(who, MAIN),
        )
