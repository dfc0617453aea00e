"""The taxonomies: what is shipped, and what is refused."""

import pytest

from lmmrec_tfrs.motivation.taxonomy import Motivation, Taxonomy

FASHION_NAMES = [
    "attending a wedding",
    "evening and formal occasions",
    "everyday wear",
    "work and office",
    "travel and holidays",
    "gift for someone",
    "milestone and celebration",
    "status and recognition",
    "craftsmanship and materials",
    "comfort",
    "warmth and weather",
    "durability and investment",
    "value for money",
    "sustainability and ethics",
    "matching and styling",
    "flattering fit",
    "self reward",
    "heritage and tradition",
    "trend and novelty",
    "weekend and outdoors",
]


def test_four_taxonomies_are_shipped():
    assert Taxonomy.shipped() == ("fashion_luxury", "general_retail", "movies", "video_games")


@pytest.mark.parametrize("name", Taxonomy.shipped())
def test_shipped_taxonomies_are_rich_enough(name):
    taxonomy = Taxonomy.load(name)

    assert taxonomy.name == name
    assert 16 <= len(taxonomy) <= 24
    assert all(2 <= len(motivation.examples) <= 3 for motivation in taxonomy.motivations)


def test_fashion_has_the_names_that_the_sample_is_written_from():
    assert set(FASHION_NAMES) <= set(Taxonomy.load("fashion_luxury").names)


def test_a_taxonomy_survives_its_file(tmp_path):
    taxonomy = Taxonomy.load("video_games")
    path = tmp_path / "copy.yaml"
    path.write_text(taxonomy.to_yaml(), encoding="utf-8")

    assert Taxonomy.load(str(path)) == taxonomy


def test_names_must_differ_whatever_their_case():
    with pytest.raises(ValueError, match="unique names, received 'comfort' twice"):
        Taxonomy(
            name="twice",
            motivations=(
                Motivation(name="Comfort", description="soft"),
                Motivation(name="comfort", description="soft too"),
            ),
        )


def test_one_motivation_is_not_enough():
    with pytest.raises(ValueError, match="at least 2 items"):
        Taxonomy(name="one", motivations=(Motivation(name="a", description="b"),))


@pytest.mark.parametrize("field", ["name", "description"])
def test_blank_words_are_refused(field):
    with pytest.raises(ValueError, match="white space"):
        Motivation(**{"name": "a", "description": "b", field: "  "})


def test_an_unknown_name_lists_the_shipped_ones():
    with pytest.raises(FileNotFoundError, match="fashion_luxury, general_retail, movies"):
        Taxonomy.load("fashion")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"none\.yaml"):
        Taxonomy.load(str(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2]", "expected a mapping"),
        ("name: [", "not valid YAML"),
        ("name: a\nmotivation: []", "did you mean 'motivations'"),
    ],
)
def test_a_bad_file_is_explained(tmp_path, text, message):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        Taxonomy.load(str(path))


def test_indices_follow_the_order():
    taxonomy = Taxonomy.load("fashion_luxury")
    assert taxonomy.indices_of(["comfort", "attending a wedding"]) == [9, 0]
    with pytest.raises(KeyError, match="luck"):
        taxonomy.indices_of(["luck"])
