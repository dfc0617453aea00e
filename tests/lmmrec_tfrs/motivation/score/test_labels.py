"""The file of labelled texts."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.score.labels import read_labels
from tests.lmmrec_tfrs.motivation.fakes import SMALL_TAXONOMY


def test_labels_are_read_in_order(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text(
        '{"text": "For the bride.", "motivations": ["wedding", "gift"]}\n\n'
        '{"text": "It is\u2028blue.", "motivations": []}\n',
        encoding="utf-8",
    )
    first, second = read_labels(str(path), SMALL_TAXONOMY)

    assert first.indices(SMALL_TAXONOMY) == {0, 2}
    assert second.text == "It is\u2028blue."
    assert second.indices(SMALL_TAXONOMY) == set()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("no json", "line 2: expected a line of JSON"),
        ('["text"]', "line 2: expected"),
        ('{"text": "x"}', "line 2: expected"),
        ('{"text": "", "motivations": []}', "line 2: expected"),
        ('{"text": "x", "motivation": []}', "did you mean 'motivations'"),
        ('{"text": "x", "motivations": ["weding"]}', r"line 2: .*'weding'.* Known: wedding"),
    ],
)
def test_the_line_at_fault_is_named(tmp_path, line, message):
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "x", "motivations": ["gift"]}\n' + line)
    with pytest.raises(ValueError, match=message):
        read_labels(str(path), SMALL_TAXONOMY)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="a file of labels"):
        read_labels(str(tmp_path / "none.jsonl"), SMALL_TAXONOMY)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.one_of(
        st.binary(),
        st.recursive(
            st.none() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_any_line_is_read_or_refused(tmp_path, line):
    path = tmp_path / "labels.jsonl"
    path.write_bytes(line)
    try:
        refusal = "" if read_labels(str(path), SMALL_TAXONOMY) is not None else "never"
    except ValueError as error:
        refusal = str(error)
    assert refusal == "" or "labels.jsonl, line" in refusal
