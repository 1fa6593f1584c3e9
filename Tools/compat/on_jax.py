"""Computes `jax.keras` of each folder for its `jax.in.npz`, on the backend of the environment: `jax.out.npz`."""

import sys
from pathlib import Path

import keras
import numpy as np

for folder in map(Path, sys.argv[1:]):
    arrays = np.load(folder / "jax.in.npz")
    arrays = [arrays[f"arr_{place}"] for place in range(len(arrays))]
    try:
        model = keras.saving.load_model(folder / "jax.keras", compile=False)
        outputs = model(arrays if len(arrays) > 1 else arrays[0], training=False)
    except Exception as error:  # noqa: BLE001 - then TensorFlow's answer stands
        print("JAX:", folder.name, str(error).splitlines()[0][:150], file=sys.stderr)
        continue
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    np.savez(folder / "jax.out.npz", *map(np.asarray, outputs))
