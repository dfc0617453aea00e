"""TFDV 1.16 beside tfx-bsl 1.21: in a fresh process, whatever is imported first."""

import subprocess
import sys

import pytest

from components import tfdv_compatibility

# What a container of the pipeline imports before it runs a step.
ENTRY_POINT = "tfx.orchestration.kubeflow.v2.container.kubeflow_v2_run_executor"


def _run(code):
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_slices_in_sql_are_refused():
    with pytest.raises(NotImplementedError, match="slices in SQL"):
        tfdv_compatibility.RecordBatchSQLSliceQuery("SELECT STRUCT(x) FROM data", None)


@pytest.mark.slow
def test_statistics_can_be_imported_after_the_components():
    code = "import components, tensorflow_data_validation as tfdv; print(tfdv.__version__)"
    assert _run(code).startswith("1.16")


@pytest.mark.slow
def test_the_containers_entry_point_starts_and_finds_the_executors():
    code = (
        f"import {ENTRY_POINT}\n"
        "from tfx.utils import import_utils\n"
        "for path in ('tfx.components.statistics_gen.executor.Executor',\n"
        "    'components.strict_example_validator.executor.Executor'):\n"
        "    print(import_utils.import_class_by_path(path).__name__)"
    )
    assert _run(code).split() == ["Executor", "Executor"]
