"""Whatever a model prefers, the answer parses, quotes verbatim and ends in time."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lmmrec_tfrs.motivation.generate.config import GenerateConfig
from lmmrec_tfrs.motivation.generate.constrained.automaton import AnswerAutomaton
from lmmrec_tfrs.motivation.generate.constrained.grammar import AnswerGrammar
from lmmrec_tfrs.motivation.generate.constrained.spans import SpanIndex
from lmmrec_tfrs.motivation.generate.constrained.token_table import UNREACHABLE, TokenTable
from lmmrec_tfrs.motivation.generate.schema import GeneratedAnswer
from tests.lmmrec_tfrs.motivation.generate.vocabularies import byte_table

TABLE = byte_table()
LARGE = GenerateConfig(max_new_tokens=700, max_quote_bytes=48)
GRAMMARS = {
    limit: AnswerGrammar(TABLE, GenerateConfig(max_new_tokens=limit)) for limit in (80, 300)
}
GRAMMARS[700] = AnswerGrammar(TABLE, LARGE)

ODD_TEXTS = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="ab \"\\\n\t\x00\u2028é🎁'-", max_size=60),
    st.lists(st.sampled_from(["the", "wedding", '"', "\\", "\\n", "🎁", "é"]), max_size=30).map(
        " ".join
    ),
)


def write(
    grammar: AnswerGrammar, texts: list[str], limit: int, rng: np.random.Generator
) -> AnswerAutomaton:
    """Writes an answer by random scores; some tokens are liked again and again."""
    automaton = AnswerAutomaton(grammar, SpanIndex(texts, grammar.table), limit)
    mask = np.zeros(len(grammar.table), dtype=bool)
    liked = rng.normal(scale=rng.choice([0.0, 1.0, 3.0]), size=mask.size)
    while not automaton.finished:
        automaton.allow(mask)
        assert mask.any()
        forced = automaton.forced
        assert forced is None or mask.nonzero()[0].tolist() == [forced]
        scores = np.where(mask, liked + rng.normal(size=mask.size), -np.inf)
        automaton.advance(int(scores.argmax()))
    return automaton


@settings(max_examples=150)
@given(
    texts=st.lists(ODD_TEXTS, max_size=3),
    limit=st.sampled_from(sorted(GRAMMARS)),
    seed=st.integers(0, 2**32 - 1),
)
@example(texts=[], limit=80, seed=0)
@example(texts=[""], limit=300, seed=1)
@example(texts=['He said "wow" \\ \U0001f381 and \\u0041 \x07'], limit=700, seed=2)
@example(texts=["long " * 300], limit=700, seed=3)
@example(texts=["half \ud83d pair"], limit=700, seed=4)
@example(texts=["a", "b"], limit=700, seed=5)
@example(texts=["x" * 500], limit=700, seed=6)
def test_any_scores_give_a_valid_answer(texts, limit, seed):
    automaton = write(GRAMMARS[limit], texts, limit, np.random.default_rng(seed))

    assert len(automaton.token_ids) <= limit
    answer = GeneratedAnswer.model_validate_json(automaton.text)
    for quote in answer.quotes:
        assert quote
        assert any(quote in text for text in texts)
    for phrase in (*answer.needs, *answer.preferences, *(m.motivation for m in answer.motivations)):
        assert phrase.strip()
        assert len(phrase) <= LARGE.max_phrase_characters


def test_quotes_begin_and_end_with_words():
    text = "The weddings, oh the weddings!"
    for seed in range(20):
        automaton = write(GRAMMARS[700], [text], 700, np.random.default_rng(seed))
        answer = GeneratedAnswer.model_validate_json(automaton.text)
        assert answer.facts
        for quote in answer.quotes:
            assert quote[0].isalnum()
            assert quote[-1].isalnum()
            assert f" {quote.split()[-1]}".rstrip(",") in f" {text}".replace("!", "")
        for motivation in answer.motivations:
            assert motivation.evidence


def test_texts_without_words_have_no_quotes():
    automaton = write(GRAMMARS[700], ["🎁 !!! 🎁"], 700, np.random.default_rng(0))
    assert GeneratedAnswer.model_validate_json(automaton.text).quotes == ()


def test_a_small_budget_leaves_room_for_motivations():
    # Facts and needs may not eat what the motivations need.
    table = TABLE
    config = GenerateConfig(max_new_tokens=400)
    grammar = AnswerGrammar(table, config)
    automaton = AnswerAutomaton(grammar, SpanIndex(["word " * 50], table), 400)
    mask = np.zeros(len(table), dtype=bool)
    # Prefers anything to closing a string or a list.
    scores = np.array([-1.0 if b'"' in t or b"]" in t else len(t) for t in table.tokens])
    while not automaton.finished:
        automaton.allow(mask)
        automaton.advance(int(np.where(mask, scores, -np.inf).argmax()))
    assert GeneratedAnswer.model_validate_json(automaton.text).motivations


def test_refuses_a_token_that_is_not_allowed():
    automaton = AnswerAutomaton(GRAMMARS[80], SpanIndex(["a"], TABLE), 80)
    with pytest.raises(ValueError, match="allowed here"):
        automaton.advance(0)


def test_says_how_many_tokens_a_vocabulary_needs():
    with pytest.raises(ValueError, match="max_new_tokens of at least 8"):
        AnswerGrammar(byte_table(longer=False), GenerateConfig(max_new_tokens=64))


def test_refuses_a_vocabulary_that_cannot_write_json():
    with pytest.raises(ValueError, match="can write JSON"):
        AnswerGrammar(TokenTable([b"a", b"b"]), GenerateConfig())


def test_what_is_shared_is_written_in_the_fewest_tokens():
    grammar = GRAMMARS[700]
    start = AnswerAutomaton(grammar, SpanIndex(["a"], TABLE), 700)
    forced = []
    while start.forced is not None:
        forced.append(TABLE.tokens[start.forced])
        start.advance(start.forced)
    assert forced[:3] == [b'{"', b"facts", b'":']


def test_words_of_characters_that_the_vocabulary_lacks_are_not_quoted():
    tokens = [bytes([byte]) for byte in range(0x20, 0x7F)]
    table = TokenTable(tokens)
    spans = SpanIndex(["café"], table)
    assert spans.cost(40) == UNREACHABLE
    assert SpanIndex(["café bar"], table).cost(40) == 3
