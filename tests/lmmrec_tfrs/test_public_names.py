"""What `lmmrec_tfrs` exports, and that importing it does nothing."""

import subprocess
import sys

import pytest

import lmmrec_tfrs
from tests import contracts

_IMPORT = """
import sys
import lmmrec_tfrs
assert not {"tensorflow", "keras", "numpy"} & sys.modules.keys()
assert lmmrec_tfrs.BackboneConfig(name="mlp").name == "mlp"
"""


def test_importing_the_package_loads_nothing_else():
    done = subprocess.run(
        [sys.executable, "-c", _IMPORT],
        capture_output=True,
        text=True,
        cwd=contracts.ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_every_public_name_can_be_had():
    for name in lmmrec_tfrs.__all__:
        assert getattr(lmmrec_tfrs, name).__name__ == name
        assert name in dir(lmmrec_tfrs)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Recommender'"):
        _ = lmmrec_tfrs.Recommender
