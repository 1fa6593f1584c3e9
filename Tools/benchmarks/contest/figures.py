"""What was measured in the rows, turn by turn, and the ratios of Assay to the best of its peers."""

import statistics
from dataclasses import dataclass

from contenders import order


@dataclass(frozen=True)
class Ratio:
    """Assay's figure over a peer's, in every turn that measured both."""

    own: str
    peer: str
    values: list[float]

    def __str__(self):
        return f"{middle(self.values):.2f} ({min(self.values):.2f}–{max(self.values):.2f})"


def middle(values):
    return statistics.median(values)


class Figures:
    def __init__(self, results):
        self.rows = results["rows"]

    def values(self, key, name, field):
        return [turn[name][field] for turn in self.rows.get(key, []) if name in turn and field in turn[name]]

    def names(self, key):
        return sorted({name for turn in self.rows.get(key, []) for name in turn}, key=order)

    def keys(self, prefix):
        return [key for key in self.rows if key.startswith(prefix) and self.names(key)]

    def best(self, key, field, names, choice):
        """The one whose median is best."""
        measured = [name for name in names if self.values(key, name, field)]
        return choice(measured, key=lambda name: middle(self.values(key, name, field))) if measured else None

    def ratio(self, key, field, own, peers, choice):
        """Of the best of Assay's own to the best of the peers, if any turn has both."""
        own, peer = self.best(key, field, own, choice), self.best(key, field, peers, choice)
        if own is None or peer is None:
            return None
        turns = [turn for turn in self.rows[key] if own in turn and peer in turn]
        return Ratio(own, peer, [turn[own][field] / turn[peer][field] for turn in turns]) if turns else None
