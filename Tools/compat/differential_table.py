"""The results of `differential.py`, counted, and as a page."""

from collections import Counter, defaultdict

from machine import made_by

FRAMEWORKS = {"3": "Keras 3", "2": "tf-keras"}
HEAD = [
    "Networks that are drawn at random, each from the file alone: the largest difference of any value of any output",
    "from Keras's, relative to the largest value of that output. Weights, inputs and networks follow from the seed;",
    "a network that lies in several rows counts in each. Where it says so, Keras on JAX gave the answers, since Keras",
    "3 on TensorFlow adds the biases of some channels_first convolutions along the wrong axis (`differential.py`).",
]


class Table:
    """Results by what wrote the file, and the layers of those that failed."""

    def __init__(self):
        self.rows = defaultdict(Counter)
        self.largest = defaultdict(float)
        self.layers, self.failed = Counter(), Counter()

    def note(self, description, verdict, difference=0.0):
        for row in rows_of(description):
            self.rows[row][verdict] += 1
            if verdict == "passed":
                self.largest[row] = max(self.largest[row], difference)
        layers = set(description["layers"])
        self.layers.update(layers)
        if verdict in ("refused", "differs"):
            self.failed.update(layers)

    @property
    def failures(self):
        return self.rows["all"]["refused"] + self.rows["all"]["differs"]

    @property
    def text(self):
        lines = ["| networks | number | passed | refused | differ | largest difference |", "|---|---|---|---|---|---|"]
        for name in sorted(self.rows):
            row = self.rows[name]
            lines.append(
                f"| {name} | {row.total()} | {row['passed']} | {row['refused']} | {row['differs']} "
                f"| {self.largest[name]:.1e} |"
            )
        if self.failed:
            lines += ["", "| layer | networks | of these failed |", "|---|---|---|"]
            rate = {name: self.failed[name] / self.layers[name] for name in self.failed}
            for name in sorted(rate, key=rate.get, reverse=True)[:20]:
                lines.append(f"| {name} | {self.layers[name]} | {self.failed[name]} |")
        return "\n".join(lines)

    def page(self, versions, command, tolerance):
        """The table as Markdown, with every layer that was drawn and in how many networks."""
        drawn = ", ".join(f"{name} {number}" for name, number in sorted(self.layers.items()))
        total, failed = self.rows["all"].total(), self.failures
        return "\n".join(
            [
                "# Random networks",
                "",
                *made_by(command, versions),
                "",
                *HEAD,
                f"More than {tolerance} is a failure.",
                "",
                self.text,
                "",
                f"{total - failed} passed, {failed} failed",
                "",
                "## What was drawn",
                "",
                "Layers, operators and models inside of models, each with the number of networks that have it.",
                "",
                drawn,
                "",
            ]
        )


def rows_of(description):
    """The rows that a network counts in."""
    framework = FRAMEWORKS[description["keras"]]
    inputs, outputs = len(description["inputs"]), len(description["outputs"])
    answers = {"jax": "JAX", "tensorflow": "TensorFlow"}[description["computed"]]
    return [
        "all",
        f"{framework} `{description['container']}`",
        f"{framework}, {description['data_format']}",
        f"{framework}, answers of {answers}",
        f"of {inputs} input{'s' * (inputs > 1)}",
        f"of {outputs} output{'s' * (outputs > 1)}",
        *(["with models inside"] if {"Functional", "Sequential", "Model"} & set(description["layers"]) else []),
        *(["with layers of public zoos"] if description.get("has_zoos") else []),
        *(["with layers or models called again"] if description.get("called_again") else []),
    ]
