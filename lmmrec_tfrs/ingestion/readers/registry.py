"""Finds the row format that a config asks for."""

from lmmrec_tfrs.ingestion.config import DataFormat, IngestionConfig
from lmmrec_tfrs.ingestion.readers import (
    amazon_2014,
    amazon_2018,
    amazon_2023,
    generic,
    rent_the_runway,
    steam,
    yelp,
)
from lmmrec_tfrs.ingestion.readers.row_format import RowFormat

_PUBLISHED = {
    DataFormat.AMAZON_2014_CSV: amazon_2014.CSV_FORMAT,
    DataFormat.AMAZON_2014_JSON: amazon_2014.JSON_FORMAT,
    DataFormat.AMAZON_2018: amazon_2018.FORMAT,
    DataFormat.AMAZON_2023: amazon_2023.FORMAT,
    DataFormat.YELP: yelp.FORMAT,
    DataFormat.STEAM: steam.FORMAT,
    DataFormat.RENT_THE_RUNWAY: rent_the_runway.FORMAT,
}


def row_format(config: IngestionConfig) -> RowFormat:
    """The row format of a config.

    >>> row_format(IngestionConfig(format="yelp", events="review.json")).item_columns
    (('business_id',),)
    """
    if config.format.is_generic:
        return generic.row_format(config)
    return _PUBLISHED[config.format]


def text_format(config: IngestionConfig) -> RowFormat:
    """The row format of a config's texts, which are never in a published format.

    >>> config = IngestionConfig(
    ...     format="yelp",
    ...     events="review.json",
    ...     texts="queries.csv",
    ...     text_columns={"user_id": "user", "text": "query", "default_source": "query"},
    ... )
    >>> text_format(config).event_columns
    (('user',), ('query',))
    """
    return generic.text_format(config)
