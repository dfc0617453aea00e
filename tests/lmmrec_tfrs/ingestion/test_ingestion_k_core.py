"""The k-core of Beam against a naive reference."""

import ast

import apache_beam as beam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.ingestion import beam_clock, beam_files
from lmmrec_tfrs.ingestion.beam_k_core import ROUNDS_PER_PIPELINE, run_k_core
from tests.local_beam import local_pipeline


def naive_k_core(pairs, k):
    """Drops one offending user or item after the other: the k-core is unique."""
    pairs = set(pairs)
    while True:
        for side in (0, 1):
            counts = {}
            for pair in pairs:
                counts[pair[side]] = counts.get(pair[side], 0) + 1
            poor = {name for name, count in counts.items() if count < k}
            if poor:
                pairs = {pair for pair in pairs if pair[side] not in poor}
                break
        else:
            return pairs


def beam_k_core(directory, pairs, k):
    with local_pipeline() as pipeline:
        _ = (
            pipeline
            | beam.Create([(user, item, None) for user, item in pairs])
            | beam_files.write_temporary(f"{directory}/pairs")
        )
    survivors, facts, rounds = run_k_core(local_pipeline, f"{directory}/pairs", str(directory), k)
    with local_pipeline() as pipeline:
        read = pipeline | beam_files.read_temporary(survivors)
        _ = read | beam.Map(repr) | beam.io.WriteToText(f"{directory}/out")
    lines = [line for path in directory.glob("out*") for line in path.read_text().splitlines()]
    pairs = [ast.literal_eval(line)[:2] for line in lines]
    assert len(pairs) == len(set(pairs))
    assert facts.counts[beam_clock.PAIRS] == len(pairs)
    return set(pairs), rounds


@pytest.mark.campaign
@pytest.mark.slow
@settings(max_examples=8)
@given(
    st.sets(st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("abcdef")), max_size=30),
    st.integers(2, 4),
)
def test_agrees_with_the_reference(tmp_path_factory, pairs, k):
    survivors, _ = beam_k_core(tmp_path_factory.mktemp("k_core"), pairs, k)
    assert survivors == naive_k_core(pairs, k)


@pytest.mark.slow
def test_a_chain_needs_more_rounds_than_one_pipeline_has(tmp_path):
    """A path u0-i0-u1-i1-... has no 2-core, and each round can only drop its two ends."""
    length = 2 * ROUNDS_PER_PIPELINE
    chain = [(f"u{n:02}", f"i{n:02}") for n in range(length)]
    chain += [(f"u{n + 1:02}", f"i{n:02}") for n in range(length - 1)]
    square = [("p", "x"), ("p", "y"), ("q", "x"), ("q", "y")]
    survivors, rounds = beam_k_core(tmp_path, chain + square, 2)
    assert survivors == set(square)
    assert rounds > ROUNDS_PER_PIPELINE
