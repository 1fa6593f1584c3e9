"""One engine, one measurement, one process; prints what was measured as a line of JSON.

    worker.py check      ENGINE FOLDER MODEL PRECISION OUT  logits of the images that Keras was asked for
    worker.py throughput ENGINE FOLDER MODEL PRECISION BATCH THREADS SECONDS
    worker.py first      ENGINE FOLDER MODEL PRECISION THREADS   one image, for the one who times the process
    worker.py evaluate   ENGINE FOLDER MODEL PRECISION IMAGES BATCH THREADS OUT
    worker.py reference  keras FOLDER MODEL IMAGES pillow|"" OUT   Keras's logits of photographs resized so
    worker.py weights    h5py|keras FOLDER MODEL
    worker.py difference EXPECTED ACTUAL                    largest, against the largest magnitude; same top-1
"""

import json
import sys
import time
from pathlib import Path

from engines import ENGINES
from models import MODELS, file_of, fixture
from photographs import keras_batches, pillow_batches


def engine(name, folder, model, precision, batch, threads):
    return ENGINES[name](Path(folder), model, precision, int(batch), int(threads))


def check(name, folder, model, precision, out):
    import numpy as np

    # The batch of most measurements: what an engine compiles for it is then there.
    one = engine(name, folder, model, precision, 8, 2)
    np.save(out, one(np.load(Path(folder) / f"{model}.x.npy")))
    return {"version": one.version()}


def throughput(name, folder, model, precision, batch, threads, seconds):
    import numpy as np

    start = time.perf_counter()
    one = engine(name, folder, model, precision, batch, threads)
    given = np.load(Path(folder) / f"{model}.x.npy")
    images = np.ascontiguousarray(given[np.arange(int(batch)) % len(given)])
    for _ in range(3):
        one(images)
    begin = time.perf_counter()
    calls = 0
    while (elapsed := time.perf_counter() - begin) < float(seconds):
        one(images)
        calls += 1
    return {"rate": calls * int(batch) / elapsed, "calls": calls, "preparation": begin - start}


def first(name, folder, model, precision, threads):
    import numpy as np

    image = np.load(Path(folder) / f"{model}.x1.npy")
    logits = engine(name, folder, model, precision, 1, threads)(image)
    return {"class": int(logits[0].argmax())}


def evaluate(name, folder, model, precision, images, batch, threads, out):
    import numpy as np

    one = engine(name, folder, model, precision, batch, threads)
    batch = int(batch)
    # The first call of some is slow; a folder of 50 000 would not show it.
    side = MODELS[model].side
    one(np.zeros((batch, side, side, 3), np.float32))
    begin = time.perf_counter()
    if name == "keras":
        given = keras_batches(images, batch)
    else:
        given = pillow_batches(images, batch, int(threads))
    logits = np.concatenate([one(x) for x in given])
    elapsed = time.perf_counter() - begin
    np.save(out, logits)
    return {"rate": len(logits) / elapsed, "seconds": elapsed}


def reference(name, folder, model, images, resizing, out):
    import numpy as np

    one = engine(name, folder, model, "f32", 32, 2)
    given = pillow_batches(images, 32, 2) if resizing == "pillow" else keras_batches(images, 32)
    np.save(out, np.concatenate([one(x) for x in given]))
    return {}


def weights(name, folder, model):
    path = file_of(model, Path(folder))
    if name == "h5py":
        import h5py

        arrays = []
        start = time.perf_counter()
        with h5py.File(path, "r") as file:
            file.visititems(lambda _, item: arrays.append(item[()]) if isinstance(item, h5py.Dataset) else None)
        return {"seconds": time.perf_counter() - start, "bytes": sum(array.nbytes for array in arrays)}
    network = fixture(model)
    start = time.perf_counter()
    network.load_weights(path)
    return {"seconds": time.perf_counter() - start}


def difference(expected, actual):
    import numpy as np

    expected, actual = np.load(expected), np.load(actual)
    if expected.shape != actual.shape:
        raise SystemExit(f"{actual.shape} logits, expected {expected.shape}")
    same = expected.argmax(-1) == actual.argmax(-1)
    return {
        "difference": float(np.abs(expected - actual).max() / np.abs(expected).max()),
        "same": float(same.mean()),
    }


TASKS = (check, throughput, first, evaluate, reference, weights, difference)

if __name__ == "__main__":
    task = {each.__name__: each for each in TASKS}[sys.argv[1]]
    print(json.dumps(task(*sys.argv[2:])))
