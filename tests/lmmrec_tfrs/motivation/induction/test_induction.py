"""Taxonomy induction: planted motivations come back, the same for a seed, as an editable file."""

import numpy as np
import pytest

from lmmrec_tfrs.motivation.induction.clustering import (
    StabilityScore,
    choose_number,
    cluster,
    merge_near,
    stability_scores,
    unit_rows,
)
from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.induction.induce import induce_taxonomy
from lmmrec_tfrs.motivation.induction.language_model_namer import (
    CausalLikelihood,
    LanguageModelNamer,
)
from lmmrec_tfrs.motivation.induction.naming import Phrase, compose_name
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tests.lmmrec_tfrs.motivation.fakes import WordEncoder
from tests.real_data import require_data

# Planted: what people want, each in its own words.
THEMES = {
    "friends": ["friends", "company", "together"],
    "music": ["music", "soundtrack", "melody"],
    "puzzles": ["puzzles", "riddles", "logic"],
    "forest": ["forest", "mountains", "rivers"],
}
FRAMES = [
    "I love the {0} and the {1} in it.",
    "Great because of {0} with {1}.",
    "If you like {0} and {1} you will love it.",
    "It has amazing {0}, {1} and {2}.",
    "I enjoy the {0} more than the {1}.",
    "Perfect for {0} and {2}.",
]
CONFIG = InductionConfig(
    name="planted",
    num_motivations=4,
    min_cluster_size=5,
    merge_similarity=0.8,
    max_word_share=0.5,
    min_lean=-2.0,
    num_examples=2,
)


def _corpus(seed=0):
    random = np.random.default_rng(seed)
    texts = []
    for words in THEMES.values():
        for frame in FRAMES:
            texts += [
                frame.format(*random.permutation(words)) + f" {end}"
                for end in ("It is great.", "Ten points!", "Buy it now please.")
            ]
            texts.append(frame.format(*words))
    random.shuffle(texts)
    return texts


def _points(num_clusters=3, seed=0):
    random = np.random.default_rng(seed)
    centres = np.eye(8)[:num_clusters]
    labels = np.repeat(np.arange(num_clusters), 30)
    return unit_rows(centres[labels] + 0.05 * random.normal(size=(len(labels), 8))), labels


def test_planted_motivations_are_found_and_named():
    induced = induce_taxonomy(_corpus(), WordEncoder(), CONFIG)

    assert len(induced.taxonomy) == 4
    planted = {word: theme for theme, words in THEMES.items() for word in words}
    named = {
        planted[word] for name in induced.taxonomy.names for word in name.split() if word in planted
    }
    assert named == set(THEMES)
    for motivation in induced.taxonomy.motivations:
        said = " ".join([motivation.description, *motivation.examples])
        assert {planted[w] for w in planted if w in motivation.name} == {
            planted[w] for w in planted if w in said
        }


def test_a_seed_gives_the_same_file():
    first, second = (induce_taxonomy(_corpus(), WordEncoder(), CONFIG).to_yaml() for _ in "ab")

    assert first == second


def test_the_file_loads_with_its_provenance_as_comments(tmp_path):
    induced = induce_taxonomy(_corpus(), WordEncoder(), CONFIG)
    path = tmp_path / "induced.yaml"
    path.write_text(induced.to_yaml(), encoding="utf-8")

    assert Taxonomy.load(str(path)) == induced.taxonomy
    assert path.read_text().startswith("# Induced from reviews")
    assert f"{induced.num_texts} texts" in path.read_text()
    assert "seed 0" in path.read_text()


def test_auto_reports_the_stability_of_each_number():
    config = CONFIG.model_copy(
        update={"num_motivations": "auto", "min_clusters": 3, "max_clusters": 6, "cluster_step": 1}
    )

    induced = induce_taxonomy(_corpus(), WordEncoder(), config)

    assert [score.num_clusters for score in induced.stability] == [3, 4, 5, 6]
    assert "Stability" in induced.to_yaml()


def test_clusters_of_one_item_are_dropped():
    texts = _corpus()
    items = ["one" if "music" in text else str(i) for i, text in enumerate(texts)]
    config = CONFIG.model_copy(update={"num_motivations": 3})

    induced = induce_taxonomy(texts, WordEncoder(), config, item_ids=items)

    assert not any("music" in name for name in induced.taxonomy.names)
    assert any(reason == "about one item" for _, _, reason in induced.junk)


def test_a_namer_chooses_among_candidates():
    offered = []

    def namer(candidates, clauses):
        offered.append((candidates, clauses))
        return candidates[-1]

    induced = induce_taxonomy(_corpus(), WordEncoder(), CONFIG, namer=namer)

    assert set(induced.taxonomy.names) <= {name for names, _ in offered for name in names}
    assert all(clauses for _, clauses in offered)


def test_too_little_is_explained():
    with pytest.raises(ValueError, match="clauses that say why, found 0 in 1 texts"):
        induce_taxonomy(["Hm."], WordEncoder(), CONFIG)
    with pytest.raises(ValueError, match=r"item id for each of 1 texts, received 2"):
        induce_taxonomy(["Hm."], WordEncoder(), CONFIG, item_ids=["a", "b"])
    many = CONFIG.model_copy(update={"num_motivations": 40})
    with pytest.raises(ValueError, match="expected 40 motivations, found fewer"):
        induce_taxonomy(_corpus(), WordEncoder(), many)


def test_the_right_number_is_the_most_stable():
    vectors, labels = _points(3)

    scores = stability_scores(vectors, [2, 3, 6], num_runs=4, seed=0)
    found, centres = cluster(vectors, 3, seed=0)

    assert max(scores, key=lambda s: s.mean).num_clusters == 3
    assert scores[1].mean == pytest.approx(1.0)
    assert len(set(zip(found, labels, strict=True))) == 3
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), 1.0, rtol=1e-5)


def test_the_largest_number_that_is_stable_enough_is_chosen():
    scores = [
        StabilityScore(4, 0.6, 0.0),
        StabilityScore(8, 0.55, 0.0),
        StabilityScore(9, 0.4, 0.0),
    ]

    assert choose_number(scores, tolerance=0.1) == 8
    assert choose_number(scores, tolerance=0.0) == 4


def test_near_clusters_are_merged():
    vectors, _ = _points(3)
    labels, centres = cluster(vectors, 6, seed=0)

    merged, fewer = merge_near(labels, centres, vectors, similarity=0.8)

    assert len(fewer) == 3
    assert sorted(np.bincount(merged)) == [30, 30, 30]


def _phrase(text, centrality, count=10):
    return Phrase(text, tuple(text.split()), count, 0.01, centrality)


@pytest.mark.parametrize(
    ("phrases", "taken", "name"),
    [
        ([("music", 0.8), ("soundtrack", 0.7)], set(), "music and soundtrack"),
        ([("humour", 0.8), ("humor", 0.8), ("jokes", 0.6)], set(), "humour and jokes"),
        ([("friends", 0.9), ("playing with friends", 0.5)], set(), "playing with friends"),
        ([("zombies", 0.9), ("zombies killing", 0.8)], set(), "zombies killing"),
        ([("free", 0.9)], set(), "free"),
        ([("music", 0.8), ("sound", 0.7)], {"music and sound"}, "music"),
        ([("free", 0.9)], {"free"}, "free (2)"),
    ],
)
def test_names_say_more_than_one_word_where_they_can(phrases, taken, name):
    assert compose_name([_phrase(text, near) for text, near in phrases], taken) == name


@pytest.mark.parametrize(
    "settings",
    [{"num_motivations": 1}, {"min_clusters": 9, "max_clusters": 8}, {"min_words": 30}],
)
def test_settings_that_contradict_each_other_are_refused(settings):
    with pytest.raises(ValueError, match="expected"):
        InductionConfig(**settings)


def test_a_language_model_names_by_the_gain_in_likelihood():
    def likelihood(prompt, phrases):
        told = "sofa" in prompt
        return np.float32([-1.0 if p == "common" else -2.0 if told else -6.0 for p in phrases])

    assert LanguageModelNamer(likelihood)(["common", "sofa evenings"], ["On the sofa."]) == (
        "sofa evenings"
    )


@pytest.mark.campaign
@pytest.mark.slow
def test_the_packaged_language_model_tells_names_apart():
    from lmmrec_tfrs.motivation.models.registry import load_causal_lm

    namer = LanguageModelNamer(CausalLikelihood(load_causal_lm("packaged:smollm2-135m")))
    names = ["playing with friends", "music and soundtrack", "zombie survival"]

    friends = namer(names, ["So much fun with friends.", "My brother and I play co-op."])
    music = namer(names, ["The soundtrack is on my phone.", "I love the songs in it."])

    assert (friends, music) == ("playing with friends", "music and soundtrack")


@pytest.mark.campaign
@pytest.mark.slow
def test_steam_reviews_yield_motivations_for_playing():
    import pandas as pd

    from lmmrec_tfrs.motivation.models.registry import load_text_encoder

    reviews = pd.read_parquet(require_data("steam", "reviews.parquet"))
    reviews = reviews[reviews["recommend"]].sample(1200, random_state=0)
    config = InductionConfig(num_motivations=10, max_clauses=500, min_cluster_size=5)

    induced = induce_taxonomy(
        reviews["review"].astype(str).tolist(),
        load_text_encoder("packaged:minilm", 64),
        config,
        item_ids=reviews["item_id"].astype(str).tolist(),
    )

    names = " ".join(induced.taxonomy.names)
    assert len(induced.taxonomy) == 10
    assert sum(word in names for word in ("friends", "story", "graphics", "music", "sound")) >= 2
