"""The schema that the pipeline validates against."""

import pytest
from tfx.types import standard_artifacts
from tfx.utils import io_utils

from components.review_schema_gen import executor
from lmmrec_tfrs.data import columns


def test_curated_schema_names_the_event_columns():
    names = {feature.name for feature in executor.read_schema("").feature}
    assert names == {
        columns.USER_ID,
        columns.ITEM_ID,
        columns.TEXT,
        columns.SOURCE,
        columns.TIMESTAMP,
        columns.RATING,
    }


def test_writes_the_schema_into_the_artifact(tmp_path):
    schema = standard_artifacts.Schema()
    schema.uri = str(tmp_path / "schema")
    executor.Executor().Do({}, {executor.SCHEMA: [schema]}, {executor.SCHEMA_FILE: ""})
    written = io_utils.SchemaReader().read(str(tmp_path / "schema" / "schema.pbtxt"))
    assert written == executor.read_schema("")


def test_own_schema_file(tmp_path):
    path = tmp_path / "own.pbtxt"
    path.write_text('feature { name: "user_id" type: BYTES }')
    assert [feature.name for feature in executor.read_schema(str(path)).feature] == ["user_id"]


def test_missing_and_broken_schema_files_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent\.pbtxt"):
        executor.read_schema(str(tmp_path / "absent.pbtxt"))
    broken = tmp_path / "broken.pbtxt"
    broken.write_text("feature {")
    with pytest.raises(ValueError, match=r"broken\.pbtxt"):
        executor.read_schema(str(broken))
