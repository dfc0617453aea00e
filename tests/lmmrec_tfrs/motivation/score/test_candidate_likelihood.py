"""Likelihoods of candidates: the tree by hand, the model against its own stock forward pass."""

import numpy as np
import pytest
import tensorflow as tf

from lmmrec_tfrs.motivation.score.candidate_likelihood import (
    CandidateLikelihood,
    CandidateTree,
    FewShotPrompt,
)
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
    return CandidateLikelihood(model, TAXONOMY, num_examples=4, batch_size=3)


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
    tokenizer = model.preprocessor.tokenizer

    for row in (0, 1, 3):
        for column in (0, 5, 9):
            candidate = tokenizer.tokenize(" " + TAXONOMY.names[column]).numpy().tolist()
            expected = direct_log_likelihood(model, likelihood.prompt_ids(TEXTS[row]), candidate)
            assert scores[row, column] == pytest.approx(expected, abs=1e-3)


@pytest.mark.slow
def test_company_does_not_change_a_score(likelihood):
    together = likelihood.score(TEXTS)
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(likelihood.score([text])[0], together[row], atol=1e-3)
    assert likelihood.score([]).shape == (0, len(TAXONOMY))


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
    tokens = tokenizer.tokenize(text).numpy().tolist()
    assert [tokenizer.detokenize([token]) for token in tokens] == words


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
def test_tokens_spell_their_text(model, text):
    tokenizer = model.preprocessor.tokenizer
    spelled = tokenizer.detokenize(tokenizer.tokenize([text]))
    assert (spelled[0] if isinstance(spelled, list) else spelled.numpy()[0].decode()) == text
