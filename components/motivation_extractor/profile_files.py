"""The files of the strategy `precomputed`: where they are, and whether they have changed."""

import hashlib
import os

import tensorflow as tf

from lmmrec_tfrs.motivation.config import ExtractionConfig

_FIELDS = ("users", "items", "reviews")


def with_absolute_profiles(config: ExtractionConfig, data_directory: str) -> ExtractionConfig:
    """The settings, with the patterns of profiles as paths or URIs that any worker understands.

    Args:
        config: the settings.
        data_directory: what relative patterns start at; "" leaves them as they are.
    """
    if config.precomputed is None or not data_directory:
        return config
    # An absolute path or a URI stays what it is: `join` drops what comes before it.
    absolute = {
        name: pattern if "://" in pattern else os.path.join(data_directory, pattern)
        for name in _FIELDS
        if (pattern := getattr(config.precomputed, name)) is not None
    }
    precomputed = config.precomputed.model_copy(update=absolute)
    return config.model_copy(update={"precomputed": precomputed})


def state_of_profiles(config: ExtractionConfig) -> str:
    """A hash of the files' names, sizes and times, so that TFX does not reuse what was read of old.

    Remote files are not looked at: defining a pipeline needs no network. Give changed ones a new
    name.
    """
    if config.precomputed is None:
        return ""
    digest = hashlib.sha256()
    for name in _FIELDS:
        pattern = getattr(config.precomputed, name)
        local = pattern is not None and "://" not in pattern
        for path in sorted(tf.io.gfile.glob(pattern)) if local else ():
            stat = tf.io.gfile.stat(path)
            digest.update(f"{name}\0{path}\0{stat.length}\0{stat.mtime_nsec}\n".encode())
    return digest.hexdigest()
