"""Records from Keras what a network computes, layer by layer, for `assay verify --reference`.

    record.py model.keras --input x.npy --out golden.npz
    record.py w.weights.h5 --model resnet50v2 --input x.npy --out golden.npz --sampled

Works on any backend of Keras 3; KERAS_BACKEND says which.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures"))

import numpy as np  # noqa: E402

import one_thread  # noqa: E402, F401  before Keras
import golden  # noqa: E402
import networks_by_name as networks  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help=".keras archive, whole-model .h5, or weights of --model")
    parser.add_argument("--input", required=True, help="preprocessed images as .npy, N, H, W, C")
    parser.add_argument("--out", required=True, help="the golden to write, .npz")
    parser.add_argument("--sampled", action="store_true", help="64 values of each layer, not all")
    parser.add_argument(
        "--layers", default="all", help="all, outputs, or patterns of names as conv2_*,*_bn"
    )
    parser.add_argument(
        "--training", action="store_true", help="batch norms use the batch's own statistics"
    )
    parser.add_argument(
        "--model", help="preact-resnet18 …, squeezenet, or a name of keras.applications"
    )
    parser.add_argument(
        "--data-format", default="channels_last", choices=["channels_last", "channels_first"],
        help="of --model; a whole model has its own",
    )  # fmt: skip
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--filters", type=int, default=64, help="of a preact-resnet")
    parser.add_argument("--blocks-per-stage", help="of a preact-resnet, as 1,2,2,1")
    parser.add_argument(
        "--bottleneck", action=argparse.BooleanOptionalAction, help="of a preact-resnet"
    )
    return parser.parse_args()


def model(chosen, images):
    if not chosen.model:
        found = networks.whole(chosen.file)
        if found is None:
            raise networks.NoSuchModel(f"{chosen.file} holds weights only: name their --model")
        return found, found.name
    blocks = chosen.blocks_per_stage and tuple(map(int, chosen.blocks_per_stage.split(",")))
    built = networks.named(
        chosen.model, images.shape[1:], chosen.data_format,
        blocks, chosen.bottleneck, chosen.filters, chosen.classes,
    )  # fmt: skip
    networks.load(built, chosen.file)
    return built, chosen.model


def main():
    chosen = options()
    images = np.load(chosen.input)
    if images.ndim != 4:
        raise networks.NoSuchModel(f"{chosen.input} is {images.shape}, not N, H, W, C")
    network, name = model(chosen, images)
    manifest, arrays = golden.record(
        network, images, name, [chosen.file], chosen.layers, chosen.sampled, chosen.training,
        spelled=networks.spelling(chosen.model),
    )  # fmt: skip
    golden.write(chosen.out, manifest, arrays)
    print(f"{chosen.out}: {len(manifest['layers'])} layers of {name}, {golden.backend()}")


if __name__ == "__main__":
    try:
        main()
    # Keras says it with a ValueError, too, when it cannot read or build a model.
    except (ValueError, OSError) as error:
        sys.exit(f"record: {error}")
