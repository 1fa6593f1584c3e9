"""The containers in which Keras 3 and tf-keras write a model."""

import zipfile

from frameworks import tf


def write_all(subject, folder):
    """Writes the subject in every container; gives each one's description and path."""
    new = subject.model
    old = subject.tf_keras_model

    def place(name):
        return folder / f"{subject.name}-{name}"

    path = place("k3.weights.h5")
    new.save_weights(str(path))
    yield "Keras 3 `.weights.h5`", path

    path = place("k3.h5")
    new.save(str(path))
    yield "Keras 3 whole model `.h5`", path

    path = place("k3.keras")
    new.save(str(path))
    yield "Keras 3 `.keras`", path

    deflated = place("deflated.keras")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(deflated, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, source.read(member))
    yield "the same, repacked with deflate", deflated

    path = place("sharded.weights.json")
    new.save_weights(str(path), max_shard_size=max(1e-4, new.count_params() * 4 / 3e9))
    yield "Keras 3 sharded `.weights.json`", path

    path = place("k2.h5")
    old.save_weights(str(path))
    yield "tf-keras weights `.h5`", path

    path = place("k2-model.h5")
    old.save(str(path))
    yield "tf-keras whole model `.h5`", path

    path = place("k2.weights.h5")
    old.save_weights(str(path))
    yield "tf-keras `.weights.h5`", path

    path = place("k2.keras")
    old.save(str(path))
    yield "tf-keras `.keras`", path

    path = place("checkpoint")
    old.save_weights(str(path))
    yield "tf-keras TensorFlow checkpoint", path

    path = place("saved_model")
    tf.saved_model.save(old, str(path))
    yield "SavedModel of tf-keras", path
