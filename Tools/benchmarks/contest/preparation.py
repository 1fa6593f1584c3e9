"""What is made once and kept: converted and quantised networks, photographs, and what Keras makes of them."""

from contenders import Contender
from measuring import HERE, Unsupported, process
from rows import WHOLE
from saying import say

# Enough for calibration, and none of the photographs that are evaluated.
CALIBRATION_COUNT = 128
CALIBRATION_SEED = 500


def prepare(bench, models):
    """The networks, photographs, and of those that evaluate these Keras's answers and what int8 needs."""
    options = bench.options
    for model in models:
        convert(bench, model)
    for folder, count, seed in (
        (bench.images, options.images, 1),
        (bench.calibration_images, CALIBRATION_COUNT, CALIBRATION_SEED),
    ):
        if not folder.exists():
            process(options.contender, "photographs", "--count", count, "--seed", seed, "--output", folder)
    names = [f"class{number}" for number in range(1000)]
    (bench.folder / "names.txt").write_text("\n".join(names) + "\n")
    for model in WHOLE:
        if model not in models:
            continue
        if "evaluation" in options.only:
            answer(bench, model)
        if "int8" in options.precisions:
            quantize(bench, model)


def answer(bench, model):
    for who in (Contender("keras"), Contender("assay", manner="pillow")):
        out = bench.reference(who, model)
        if not out.exists():
            say(f"Keras's logits of {out.name}")
            bench.worker("reference", "keras", bench.folder, model, bench.images, who.manner, out)


def convert(bench, model):
    options, folder = bench.options, bench.folder
    if not (folder / f"{model}.logits.npy").exists():
        say(f"converting {model}")
        process(options.tensorflow, HERE / "convert.py", model, folder)
    if not (folder / f"{model}.bin").exists():
        process(options.python, HERE / "convert_openvino.py", model, folder)


def quantize(bench, model):
    options, folder = bench.options, bench.folder
    if not (folder / f"{model}.int8.bin").exists():
        say(f"quantising {model}")
        process(options.quantization, HERE / "quantize.py", model, folder, bench.calibration_images)
    own = bench.calibration(model)
    # Another build may calibrate otherwise.
    if own.exists() and own.stat().st_mtime >= options.assay.stat().st_mtime:
        return
    own.unlink(missing_ok=True)
    say(f"calibrating {model}")
    try:
        process(
            options.assay, "calibrate", *bench.assay_options(Contender("assay"), model),
            "--data", bench.calibration_images, "--preset", "keras-tf", "--normalize", "tf", "--out", own,
        )  # fmt: skip
    except Unsupported:
        say("this build of Assay does not calibrate; its int8 is not measured")
