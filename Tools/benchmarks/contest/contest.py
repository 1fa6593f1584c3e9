"""Runs Assay and other engines on the same weights in turns, and writes what came out as a page.

Needs nothing but Python's own library: this process stays small, since what a process had before it became
another counts in the system's figure of its peak memory. Every measurement is a process of its own.
"""

import argparse
from pathlib import Path

from contenders import PEERS, PRECISIONS
from measuring import Bench, Failed, Unsupported
from models import MODELS
from page import page
from preparation import prepare
from records import Record
from rows import KINDS, MAIN, exact, participants, precisions, rows
from saying import say

NOTES = Path(__file__).resolve().parents[1] / "notes.md"
# Against the largest logit: what an engine may differ from Keras by and still compute the same network. In bf16
# the several hundred layers of NASNet with weights by formula add up to 0.2.
AGREEMENT = {"f32": 1e-4, "bf16": 0.3, "int8": 0.3}


class Contest:
    def __init__(self, options):
        self.options = options
        self.bench = Bench(options)
        self.record = Record(options.folder / "results.json", options)
        self.results = self.record.results

    def agree(self):
        """Holds every engine's logits to Keras's; one that computes something else is no peer."""
        for model in self.options.models:
            for precision in precisions(model):
                for who in participants(self.options, {}, model, precision, *exact(model, precision, 8)):
                    self.hold(who, model)

    def hold(self, who, model):
        known = self.results["agreement"].setdefault(who.name, {})
        if model in known and (who.engine != "assay" or self.record.same_build):
            return
        excluded = self.results["excluded"].setdefault(model, {})
        if who.name in excluded:
            return
        out = self.options.folder / f"{who.name}.out.npy"
        try:
            answer = self.bench.logits(who, model, out)
        except Unsupported as error:
            say(f"{model}, {who.name}: {error}")
            return
        except Failed as error:
            if who.engine == "assay":
                raise
            excluded[who.name] = "does not run it"
            say(f"{model}, {who.name}: {error}")
            return
        if "version" in answer:
            self.results["versions"][who.engine] = answer["version"]
        difference = self.bench.difference(self.options.folder / f"{model}.logits.npy", out)["difference"]
        known[model] = difference
        say(f"{model}, {who.name}: {difference:.1e} from Keras")
        if difference <= AGREEMENT[who.precision]:
            return
        if who.engine == "assay":
            raise SystemExit(f"{who.name} differs from Keras by {difference:.1e} on {model}")
        excluded[who.name] = f"differs by {difference:.0e}"

    def run(self):
        if self.options.rounds == 0:
            return
        self.record.begin()
        for row in rows(self.bench, self.results["excluded"]):
            self.record.note_load()
            for _ in range(self.options.rounds):
                self.turn(row)
            self.write()
        self.record.note_load()
        self.record.save()

    def turn(self, row):
        """Measures each contender of a row once."""
        turns = self.results["rows"].setdefault(row.key, [])
        missing = self.results["missing"].setdefault(row.key, {})
        # Each is first as often as the others.
        place = len(turns) % len(row.contenders)
        outcome = {}
        turns.append(outcome)
        for who in row.contenders[place:] + row.contenders[:place]:
            try:
                outcome[who.name] = row.measure(who)
                missing.pop(who.name, None)
            except Unsupported as error:
                missing[who.name] = str(error)
                continue
            if row.key.startswith("evaluation"):
                model = row.key.split()[1]
                answers = self.bench.difference(self.bench.reference(who, model), self.bench.evaluated(who, model))
                photographs = self.results["photographs"].setdefault(model, {})
                photographs[who.name] = {name: answers[name] for name in ("difference", "same")}
            self.record.save()
        say(f"{row.key}, round {len(turns)}: " + ", ".join(shown(name, each) for name, each in outcome.items()))


    def write(self):
        """The page of what there is so far."""
        text = page(self.results, NOTES.read_text(), self.options.output)
        if self.options.output:
            self.options.output.write_text(text)
        return text


def shown(name, result):
    value = f"{result['rate']:.1f}/s" if "rate" in result else f"{result.get('seconds', result['process']):.3f} s"
    return f"{name} {value}"


def main():
    parser = argparse.ArgumentParser(prog="peers", description=__doc__)
    for name in ("assay", "contender", "python", "tensorflow", "torch", "quantization"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, required=True, help="where converted networks are or will be")
    parser.add_argument("--output", type=Path, help="writes the page here as well")
    parser.add_argument(
        "--rounds", type=int, default=5, help="of each row; 0 prepares, or with --continue writes the page again"
    )
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement of throughput")
    parser.add_argument("--images", type=int, default=512, help="JPEGs to evaluate")
    parser.add_argument("--threads", type=int, nargs="+", default=[2], help="2 are those of the bars")
    parser.add_argument("--batches", type=int, nargs="+", default=[8, 32, 1], help=f"of {MAIN}; others take 8 and 1")
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS, metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("--engines", nargs="+", default=PEERS["f32"], choices=PEERS["f32"])
    parser.add_argument("--precisions", nargs="+", default=PRECISIONS, choices=PRECISIONS)
    parser.add_argument("--only", nargs="+", default=KINDS, choices=KINDS, help="these measurements")
    parser.add_argument(
        "--continue", dest="goes_on", action="store_true",
        help="adds to the results of the same machine and day that the folder has",
    )  # fmt: skip
    options = parser.parse_args()
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    contest = Contest(options)
    if options.rounds > 0 or not options.goes_on:
        prepare(contest.bench, options.models)
        contest.agree()
    contest.run()
    if options.rounds > 0 or options.goes_on:
        print(contest.write(), end="")


if __name__ == "__main__":
    main()
