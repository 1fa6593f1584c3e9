"""One engine, one measurement, one process; prints what was measured as a line of JSON.

    worker.py check      ENGINE FOLDER MODEL OUT            logits of the images that Keras was asked for
    worker.py throughput ENGINE FOLDER MODEL BATCH THREADS SECONDS
    worker.py first      ENGINE FOLDER MODEL THREADS        one image, for the one who times the process
    worker.py evaluate   ENGINE FOLDER MODEL IMAGES BATCH THREADS OUT
    worker.py weights    h5py|keras FOLDER MODEL
    worker.py difference EXPECTED ACTUAL                    largest, against the largest magnitude
"""

import json
import sys
import time
from pathlib import Path

from engines import ENGINES, build


def engine(name, folder, model, batch, threads):
    return ENGINES[name](Path(folder), model, int(batch), int(threads))


def check(name, folder, model, out):
    import numpy as np

    images = np.load(Path(folder) / "x.npy")
    one = engine(name, folder, model, len(images), 2)
    np.save(out, one(images))
    return {"version": one.version()}


def throughput(name, folder, model, batch, threads, seconds):
    import numpy as np

    start = time.perf_counter()
    one = engine(name, folder, model, batch, threads)
    given = np.load(Path(folder) / "x.npy")
    images = np.ascontiguousarray(given[np.arange(int(batch)) % len(given)])
    for _ in range(3):
        one(images)
    begin = time.perf_counter()
    calls = 0
    while (elapsed := time.perf_counter() - begin) < float(seconds):
        one(images)
        calls += 1
    return {"rate": calls * int(batch) / elapsed, "calls": calls, "preparation": begin - start}


def first(name, folder, model, threads):
    import numpy as np

    image = np.load(Path(folder) / "x1.npy")
    logits = engine(name, folder, model, 1, threads)(image)
    return {"class": int(logits[0].argmax())}


def normalised(model, pixels):
    """What `keras.applications` and Assay make of pixels for these networks."""
    import numpy as np

    if model == "resnet50v2":
        return np.multiply(pixels, np.float32(1 / 127.5), dtype=np.float32) - np.float32(1)
    raise SystemExit(f"no evaluation is described for {model}")


def pillow_batches(model, images, batch, threads):
    """Batches in order, decoded and resized ahead by threads of Pillow, which lets go of Python's lock."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    from PIL import Image

    def load(path):
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR))

    files = sorted(Path(images).glob("*/*.jpg"))
    with ThreadPoolExecutor(threads) as pool:
        ahead, place = [], 0
        while place < len(files) or ahead:
            while place < len(files) and len(ahead) < 3 * batch:
                ahead.append(pool.submit(load, files[place]))
                place += 1
            yield normalised(model, np.stack([each.result() for each in ahead[:batch]]))
            del ahead[:batch]


def keras_batches(one, model, images, batch):
    """Batches as Keras's own data set makes them."""
    data = one.keras.utils.image_dataset_from_directory(
        images, label_mode=None, image_size=(224, 224), batch_size=batch, shuffle=False, verbose=False
    )
    tf = one.tf
    yield from data.map(lambda x: x / 127.5 - 1, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)


def evaluate(name, folder, model, images, batch, threads, out):
    import numpy as np

    one = engine(name, folder, model, batch, threads)
    batch = int(batch)
    # The first call of some is slow; a folder of 50 000 would not show it.
    one(np.zeros((batch, 224, 224, 3), np.float32))
    begin = time.perf_counter()
    if name == "keras":
        logits = [one(x) for x in keras_batches(one, model, images, batch)]
    else:
        logits = [one(x) for x in pillow_batches(model, images, batch, int(threads))]
    logits = np.concatenate(logits)
    elapsed = time.perf_counter() - begin
    np.save(out, logits)
    return {"rate": len(logits) / elapsed, "seconds": elapsed}


def weights(name, folder, model):
    path = Path(folder) / f"{model}.weights.h5"
    if name == "h5py":
        import h5py

        arrays = []
        start = time.perf_counter()
        with h5py.File(path, "r") as file:
            file.visititems(lambda _, item: arrays.append(item[()]) if isinstance(item, h5py.Dataset) else None)
        return {"seconds": time.perf_counter() - start, "bytes": sum(array.nbytes for array in arrays)}
    network = build(model)
    start = time.perf_counter()
    network.load_weights(path)
    return {"seconds": time.perf_counter() - start}


def difference(expected, actual):
    import numpy as np

    expected, actual = np.load(expected), np.load(actual)
    if expected.shape != actual.shape:
        raise SystemExit(f"{actual.shape} logits, expected {expected.shape}")
    return {"difference": float(np.abs(expected - actual).max() / np.abs(expected).max())}


if __name__ == "__main__":
    task = {each.__name__: each for each in (check, throughput, first, evaluate, weights, difference)}[sys.argv[1]]
    print(json.dumps(task(*sys.argv[2:])))
