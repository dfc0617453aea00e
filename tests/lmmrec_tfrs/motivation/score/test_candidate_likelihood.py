"""Likelihoods of candidates: the tree by hand, the model against its own stock forward pass."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.score.candidate_likelihood import CandidateLikelihood
from lmmrec_tfrs.motivation.score.candidate_tree import CandidateTree, distinguishing_prefixes
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.score.few_shot_prompt import FewShotPrompt
from lmmrec_tfrs.motivation.score.likelihood import likelihood_fingerprint
from lmmrec_tfrs.motivation.score.stock_likelihood import StockLikelihood
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

TAXONOMY = Taxonomy.load("fashion_luxury")
TEXTS = (
    "So warm, I wore it all January in the snow.",
    "Got this bag for my wife's birthday and she adores it. 🎁 Ordered 2 more, at 199.99 each!",
    "ok",
    "A very long story. " * 200,
)


def test_shared_beginnings_are_one_node():
    # Nodes are inner tokens only: 7, then 7-8; the ends 9, 5 and 4 are never read.
    tree = CandidateTree.build([[7, 8, 9], [7, 5], [4]])

    assert tree.tokens.tolist() == [7, 8]
    assert tree.depths.tolist() == [1, 2]
    assert tree.ancestors.tolist() == [[True, False], [True, True]]
    # In lexical order of their paths: 4, 7, 7-5, 7-8, 7-8-9.
    assert tree.edges.tolist() == [[0, 4], [0, 7], [1, 5], [1, 8], [2, 9]]
    assert tree.paths.astype(int).tolist() == [
        [0, 1, 0, 1, 1],
        [0, 1, 1, 0, 0],
        [1, 0, 0, 0, 0],
    ]


def test_a_candidate_may_begin_another():
    tree = CandidateTree.build([[7], [7, 5]])
    assert tree.tokens.tolist() == [7]
    assert tree.paths.astype(int).tolist() == [[1, 0], [1, 1]]


def test_candidates_are_cut_where_they_differ():
    assert distinguishing_prefixes([[1, 2, 3], [1, 2, 4], [5, 6]]) == [[1, 2, 3], [1, 2, 4], [5]]
    # One that begins another stays whole, and the other goes on past it.
    assert distinguishing_prefixes([[1, 2], [1, 2, 3, 4]]) == [[1, 2], [1, 2, 3]]


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=5), min_size=1, unique_by=tuple))
def test_cut_candidates_stay_apart(candidates):
    cut = distinguishing_prefixes(candidates)
    assert len({tuple(c) for c in cut}) == len(candidates)
    assert all(whole[: len(c)] == c for whole, c in zip(candidates, cut, strict=True))


def test_a_fingerprint_changes_with_what_the_scores_depend_on():
    def fingerprint(model="m", taxonomy=TAXONOMY, seed=0, **settings):
        return likelihood_fingerprint(model, taxonomy, ScoreConfig(**settings), seed)

    other = Taxonomy.load("general_retail")
    assert fingerprint() == fingerprint(batch_size=5, batch_tokens=64, jit_compile=True)
    changed = [
        fingerprint(model="n"),
        fingerprint(taxonomy=other),
        fingerprint(seed=1),
        fingerprint(max_tokens=64),
        fingerprint(few_shot_examples=3),
        fingerprint(candidate_scoring="whole"),
        fingerprint(candidate_scoring="distinguishing", max_tokens=65),
    ]
    assert len({fingerprint(), *changed}) >= len(changed)


def test_empty_candidates_are_refused():
    with pytest.raises(ValueError, match="at least one token"):
        CandidateTree.build([[1], []])


def test_the_prompt_takes_its_examples_from_the_taxonomy():
    prompt = FewShotPrompt.from_taxonomy(TAXONOMY, 3, seed=1)

    assert len(prompt.examples) == 3
    assert set(prompt.examples) <= {(m.examples[0], m.name) for m in TAXONOMY.motivations}
    assert prompt == FewShotPrompt.from_taxonomy(TAXONOMY, 3, seed=1)
    assert prompt != FewShotPrompt.from_taxonomy(TAXONOMY, 3, seed=2)
    assert prompt.prefix.endswith("\n\nReview:")
    assert prompt.body("two\nlines ") == " two lines"


@pytest.fixture(scope="module")
def model():
    from lmmrec_tfrs.motivation.models.smollm2 import load_smollm2

    return load_smollm2()


@pytest.fixture(scope="module")
def likelihood(model):
    config = ScoreConfig(candidate_scoring="whole", few_shot_examples=4, batch_size=3)
    return CandidateLikelihood(model, TAXONOMY, config)


def direct_log_likelihood(model, prompt_ids, candidate_ids):
    """The stock KerasNLP backbone on prompt and candidate, as one row."""
    ids = np.array([[*prompt_ids, *candidate_ids]], np.int32)
    hidden = model.backbone({"token_ids": ids, "padding_mask": np.ones_like(ids)})
    logits = model.backbone.token_embedding(hidden, reverse=True)
    log_probabilities = tf.nn.log_softmax(logits[0]).numpy()
    first = len(prompt_ids) - 1
    return sum(log_probabilities[first + i, token] for i, token in enumerate(candidate_ids))


@pytest.mark.slow
def test_likelihoods_are_those_of_the_stock_forward_pass(model, likelihood):
    scores = likelihood.score(TEXTS)
    prompt = likelihood.prompt

    for row, body in zip((0, 1, 3), prompt.bodies([TEXTS[0], TEXTS[1], TEXTS[3]]), strict=True):
        for column in (0, 5, 9):
            candidate = prompt.candidates[column]
            expected = direct_log_likelihood(model, prompt.prefix + body, candidate)
            assert scores[row, column] == pytest.approx(expected, abs=1e-3)


@pytest.mark.slow
@pytest.mark.campaign
@pytest.mark.parametrize("candidate_scoring", ["whole", "distinguishing"])
def test_the_plain_scorer_agrees(model, candidate_scoring):
    taxonomy = Taxonomy(name="three", motivations=TAXONOMY.motivations[:3])
    config = ScoreConfig(candidate_scoring=candidate_scoring, few_shot_examples=2)

    np.testing.assert_allclose(
        StockLikelihood(model, taxonomy, config).score(TEXTS[:2]),
        CandidateLikelihood(model, taxonomy, config).score(TEXTS[:2]),
        atol=1e-3,
    )


@pytest.mark.slow
def test_company_does_not_change_a_score(likelihood):
    together = likelihood.score(TEXTS)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(likelihood.score([text])[0], together[row], atol=1e-3)
    assert likelihood.score([]).shape == (0, len(TAXONOMY))


@pytest.mark.campaign
@pytest.mark.slow
def test_the_model_speaks(model):
    # Greedy, through KerasNLP's own generate(): the weights are where they belong.
    model.compile(sampler="greedy", jit_compile=False)
    prompt = "user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"
    assert "Paris" in model.generate(prompt, max_length=32, strip_prompt=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello  world", ["Hello", " ", " world"]),
        ("in 2023", ["in", " ", "2", "0", "2", "3"]),
        ("<|im_start|>user\n", ["<|im_start|>", "user", "\n"]),
        ("it's", ["it", "'s"]),
        ("", []),
    ],
)
def test_words_are_split_as_the_model_was_trained(model, text, words):
    tokenizer = model.preprocessor.tokenizer
    tokens = tokenizer.tokenize(text).tolist()
    assert [tokenizer.detokenize([token]) for token in tokens] == words


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
def test_tokens_spell_their_text(model, text):
    tokenizer = model.preprocessor.tokenizer
    spelled = tokenizer.detokenize(tokenizer.tokenize([text]))
    assert (spelled[0] if isinstance(spelled, list) else spelled.numpy()[0].decode()) == text
