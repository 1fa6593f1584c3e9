"""Who is compared with whom: an engine, the precision it computes in, and how it is used."""

from dataclasses import dataclass

TITLES = {
    "assay": "Assay", "keras": "Keras", "openvino": "OpenVINO", "onnxruntime": "ONNX Runtime", "litert": "LiteRT",
    "torch": "torch", "h5py": "h5py",
}  # fmt: skip
# The engines that have a precision on this kind of processor.
PEERS = {
    "f32": ["keras", "openvino", "onnxruntime", "litert", "torch"],
    "bf16": ["openvino", "torch"],
    "int8": ["openvino", "onnxruntime"],
}
PRECISIONS = list(PEERS)


@dataclass(frozen=True)
class Contender:
    engine: str
    precision: str = "f32"
    # Of Assay: "exact" convolutions, or "pillow", which resizes as Pillow does.
    manner: str = ""

    @property
    def name(self):
        parts = [self.engine, self.manner, "" if self.precision == "f32" else self.precision]
        return "-".join(part for part in parts if part)


def contender(name):
    """The inverse of `Contender.name`."""
    engine, *parts = name.split("-")
    precision = next((part for part in parts if part in PRECISIONS), "f32")
    manner = next((part for part in parts if part not in PRECISIONS), "")
    return Contender(engine, precision, manner)


def title(name):
    """What the page calls a contender, or whatever else a ratio is taken to."""
    who = contender(name)
    if who.engine not in TITLES:
        return name
    manner = {"": "", "exact": ", exact", "pillow": ", resizing as Pillow"}[who.manner]
    return TITLES[who.engine] + manner + ("" if who.precision == "f32" else f", {who.precision}")


def order(name):
    """Contenders of a table: by precision, then as the titles stand."""
    who = contender(name)
    engines = list(TITLES)
    return (PRECISIONS.index(who.precision), engines.index(who.engine), who.manner)
