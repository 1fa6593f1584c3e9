"""The photographs as a network takes them: decoded, resized and normalised, in batches."""

from pathlib import Path

SIZE = 224


def normalised(pixels):
    """What Keras and Assay make of pixels for the networks that are measured so: −1 to 1."""
    import numpy as np

    return np.multiply(pixels, np.float32(1 / 127.5), dtype=np.float32) - np.float32(1)


def pillow_batches(images, batch, threads):
    """Batches in order, decoded and resized ahead by threads of Pillow, which lets go of Python's lock."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    from PIL import Image

    def load(path):
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB").resize((SIZE, SIZE), Image.Resampling.BILINEAR))

    files = sorted(Path(images).glob("*/*.jpg"))
    with ThreadPoolExecutor(threads) as pool:
        ahead, place = [], 0
        while place < len(files) or ahead:
            while place < len(files) and len(ahead) < 3 * batch:
                ahead.append(pool.submit(load, files[place]))
                place += 1
            yield normalised(np.stack([each.result() for each in ahead[:batch]]))
            del ahead[:batch]


def keras_batches(images, batch):
    """Batches as Keras's own data set makes them, normalised in TensorFlow."""
    import keras
    import tensorflow as tf

    data = keras.utils.image_dataset_from_directory(
        images, label_mode=None, image_size=(SIZE, SIZE), batch_size=batch, shuffle=False, verbose=False
    )
    data = data.map(lambda x: x / 127.5 - 1, num_parallel_calls=tf.data.AUTOTUNE)
    yield from data.prefetch(tf.data.AUTOTUNE)
