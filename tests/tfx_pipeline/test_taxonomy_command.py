"""`lmmrec taxonomy induce`: what it refuses, and the file that it writes."""

import pytest
from typer.testing import CliRunner

from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from tests.lmmrec_tfrs.motivation.fakes import WordEncoder
from tests.real_data import require_data
from tfx_pipeline.command_line import taxonomy
from tfx_pipeline.command_line.main import app
from tfx_pipeline.config import PipelineConfig


def _induce(*arguments):
    return CliRunner().invoke(app, ["taxonomy", "induce", "--config", "steam", *arguments])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "taxonomy.txt"], "ends in .yaml"),
        (["--output", "taxonomy.yaml", "--num-motivations", "few"], "a number of motivations"),
    ],
)
def test_wrong_arguments_are_explained(tmp_path, arguments, message):
    result = _induce("--data", str(tmp_path), *arguments)

    assert result.exit_code == 1
    assert message in " ".join(result.output.split())


def test_a_taxonomy_is_written_that_loads(tmp_path, monkeypatch):
    texts = [
        f"I {verb} the {first} and the {second} in it."
        for verb in ("love", "enjoy", "like", "adore")
        for first, second in [("music", "soundtrack"), ("forest", "mountains")]
        for _ in range(3)
    ]
    texts = [f"{text} {number}" for number, text in enumerate(texts)]
    unlike = [f"I love the {'music' if i % 2 else 'forest'} and the {'x' * i}." for i in range(60)]
    read = lambda config, data: ([*texts, *unlike], [str(i) for i in range(84)], {})  # noqa: E731
    monkeypatch.setattr(taxonomy, "read_training_texts", read)
    monkeypatch.setattr(taxonomy, "load_text_encoder", lambda *settings: WordEncoder())
    monkeypatch.setattr(
        taxonomy,
        "InductionConfig",
        lambda **values: InductionConfig(max_word_share=0.6, min_lean=-2.0, **values),
    )
    output = tmp_path / "induced.yaml"

    result = _induce("--data", "unread", "--output", str(output), "--num-motivations", "2")

    assert result.exit_code == 0, result.output
    assert len(Taxonomy.load(str(output))) == 2
    assert output.read_text(encoding="utf-8").startswith("# Induced")


@pytest.mark.slow
def test_the_training_texts_are_read_as_the_pipeline_reads_them():
    data = require_data("amazon_gift_cards", "Gift_Cards_5.json.gz").parent
    config = PipelineConfig(data={"format": "amazon_2018", "events": "Gift_Cards_5.json.gz"})

    texts, item_ids, _ = taxonomy.read_training_texts(config, str(data))

    assert len(texts) == len(item_ids)
    assert 1000 < len(texts) < 2972
    assert texts == sorted(texts)
