"""Where a component keeps what it has done so far, so that a run that was killed goes on.

TFX makes fresh output folders each time that it starts a component, and its own working folder
belongs to one execution: neither outlives the process.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence

from tfx.types import artifact

from lmmrec_tfrs import __version__


def resumable_directory(
    base: str, inputs: Mapping[str, Sequence[artifact.Artifact]], *settings: str
) -> str | None:
    """The folder that belongs to these inputs and settings, and to no others.

    A component that is started again gets the same inputs, for the finished components
    before it are reused, and so the same folder. With another setting it starts afresh.

    Args:
        base: the component's folder of such folders, local or remote; empty for none.
        inputs: the artifacts that the component reads.
        settings: what else its result depends on.

    Returns:
        The folder, which may not exist yet; None where `base` is empty.
    """
    if not base:
        return None
    uris = {name: [one.uri for one in artifacts] for name, artifacts in inputs.items()}
    described = json.dumps([__version__, uris, settings], sort_keys=True)
    return os.path.join(base, hashlib.sha256(described.encode()).hexdigest()[:16])
