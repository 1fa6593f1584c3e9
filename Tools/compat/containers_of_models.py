"""The containers that hold a model with its config: how each is written, and how `assay` is told of it."""

import shutil
from pathlib import Path

CONTAINERS = {
    "3": ("keras", "h5", "json+weights"),
    "2": ("keras", "h5", "json+legacy", "json+weights", "savedmodel"),
}


def leaves(model):
    """The layers of a model and of all models inside; of a layer, itself."""
    inner = getattr(model, "layers", None)
    return [leaf for layer in inner for leaf in leaves(layer)] if inner is not None else [model]


def write(model, container, stem):
    """Writes a model; its files by what they are: `model`, and `weights` where they are apart."""
    match container:
        case "keras" | "h5":
            files = {"model": f"{stem}.{container}"}
            model.save(files["model"])
        case "savedmodel":
            files = {"model": f"{stem}.savedmodel"}
            model.save(files["model"], save_format="tf")
            shutil.rmtree(Path(files["model"]) / "assets", ignore_errors=True)
        case _:
            files = {"model": f"{stem}.json"}
            Path(files["model"]).write_text(model.to_json())
            if model.weights:
                files["weights"] = f"{stem}.weights.h5" if container == "json+weights" else f"{stem}.h5"
                model.save_weights(files["weights"])
    return files


def arguments_of(files, folder):
    """What the command is told of such files."""
    if files["model"].endswith(".json"):
        weights = ["--weights", f"{folder}/{files['weights']}"] if "weights" in files else []
        return ["--model", f"{folder}/{files['model']}", *weights]
    return [f"{folder}/{files['model']}"]
