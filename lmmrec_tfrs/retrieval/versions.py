"""Finding the newest of the models that were pushed, a numbered folder each."""

import os

import tensorflow as tf


def latest_version(directory: str) -> str | None:
    """The numbered folder of the highest number that holds a whole SavedModel, if there is one.

    Args:
        directory: where models are pushed; may be remote, and may not exist.
    """
    if not directory or not tf.io.gfile.isdir(directory):
        return None
    names = [name.rstrip("/") for name in tf.io.gfile.listdir(directory)]
    # The Pusher copies saved_model.pb last, so a folder without it is not complete.
    versions = [
        name
        for name in names
        if name.isdecimal() and tf.io.gfile.exists(os.path.join(directory, name, "saved_model.pb"))
    ]
    return os.path.join(directory, max(versions, key=int)) if versions else None
