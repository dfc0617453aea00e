"""A stand-in for `tfx_bsl.arrow.sql_util`, which TFDV 1.16 imports and tfx-bsl 1.21 has not got.

TFDV needs it for slices that are given in SQL, and for nothing else; nothing here gives any. TFX
puts a mock in its place, which would let such a slice pass unseen; this one refuses it. Why these
releases stand side by side is in docs/stack.md.
"""

import importlib.util
import sys
import types
from typing import Any

MODULE = "tfx_bsl.arrow.sql_util"


class RecordBatchSQLSliceQuery:
    """Refuses slices given in SQL.

    Raises:
        NotImplementedError: always.
    """

    def __init__(self, *_: Any):
        raise NotImplementedError(
            "expected statistics without slices in SQL, received one: this release of tfx-bsl "
            "cannot compute it. Slice by features (tfdv.SlicingConfig with feature values) instead."
        )


def install() -> None:
    """Puts the stand-in where TFDV looks for it, unless tfx-bsl has the real one."""
    if MODULE in sys.modules or importlib.util.find_spec("tfx_bsl") is None:
        return
    if importlib.util.find_spec(MODULE) is not None:
        return
    module = types.ModuleType(MODULE, __doc__)
    module.RecordBatchSQLSliceQuery = RecordBatchSQLSliceQuery  # type: ignore[attr-defined]
    sys.modules[MODULE] = module
