"""Finding the newest of the models that were pushed, a numbered folder each."""

import os

from lmmrec_tfrs.data import files


def latest_version(directory: str) -> str | None:
    """The numbered folder of the highest number that holds a whole SavedModel, if there is one.

    Args:
        directory: where models are pushed; may be remote, and may not exist.
    """
    if not directory or not files.is_directory(directory):
        return None
    # The Pusher copies saved_model.pb last, so a folder without it is not complete.
    versions = [
        name
        for name in files.names_in(directory)
        if name.isdecimal() and files.exists(os.path.join(directory, name, "saved_model.pb"))
    ]
    return os.path.join(directory, max(versions, key=int)) if versions else None
