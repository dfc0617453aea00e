"""The configuration of ingestion refuses what cannot work, and says what to do."""

import pytest
from pydantic import ValidationError

from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.split_config import SplitConfig

COLUMNS = {"user_id": "customer", "item_id": "article"}


def test_json_round_trip():
    config = IngestionConfig(
        format="csv", events="*.csv", columns={**COLUMNS, "text_template": "{a}. {b}"}, k_core=5
    )
    assert IngestionConfig.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"format": "csv"}, "needs `columns`"),
        ({"format": "steam", "columns": COLUMNS}, "has columns of its own"),
        ({"format": "csv", "columns": COLUMNS, "catalogue": "m.csv"}, "needs `catalogue_columns`"),
        (
            {"format": "csv", "columns": COLUMNS, "catalogue_columns": {"item_id": "a"}},
            "without `catalogue`",
        ),
        (
            {"format": "csv", "columns": {**COLUMNS, "text": "t", "text_template": "{t}"}},
            "either `text` or `text_template`",
        ),
        ({"format": "steam", "k_cor": 3}, "did you mean 'k_core'"),
        ({"format": "steam", "positive_threshold": float("nan")}, "finite"),
        ({"format": "steam", "k_core": -1}, "greater than or equal to 0"),
        ({"format": "stream"}, "amazon_2014_csv"),
    ],
)
def test_refuses(arguments, message):
    with pytest.raises(ValidationError, match=message):
        IngestionConfig(events="x", **arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"validation_fraction": 0.5, "test_fraction": 0.5}, "< 1, received 1"),
        ({"validation_time": 0.9, "test_time": 0.8}, "validation_time < test_time"),
    ],
)
def test_split_refuses(arguments, message):
    with pytest.raises(ValidationError, match=message):
        SplitConfig(**arguments)
