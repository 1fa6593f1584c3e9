"""Opens a `.keras` file with Keras on the backend of the environment, and writes it in every container."""

import json
import pathlib
import sys

import keras

source, target = map(pathlib.Path, sys.argv[1:])
target.mkdir()
model = keras.saving.load_model(source, compile=False)
model.save_weights(target / "x.weights.h5")
model.save(target / "x.h5")
model.save(target / "x.keras")
model.save_weights(target / "x.weights.json", max_shard_size=max(1e-4, model.count_params() * 4 / 3e9))
print(json.dumps(["x.weights.h5", "x.h5", "x.keras", "x.weights.json"]))
