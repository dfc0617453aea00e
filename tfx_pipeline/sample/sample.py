"""Puts the sample together and writes its files."""

import dataclasses
import gzip
import random
from collections.abc import Iterable
from pathlib import Path

from tfx_pipeline.sample import faults
from tfx_pipeline.sample.articles import Article, make_articles
from tfx_pipeline.sample.configuration import SampleConfig
from tfx_pipeline.sample.purchases import simulate
from tfx_pipeline.sample.reviews import Review, ReviewWriter
from tfx_pipeline.sample.shoppers import Shopper, make_shoppers
from tfx_pipeline.sample.texts import (
    ShopperText,
    TextWriter,
    make_text_only_shoppers,
    text_row,
)

DATA_DIRECTORY = Path(__file__).with_name("data")
REVIEWS_FILE = "reviews.jsonl.gz"
ARTICLES_FILE = "articles.jsonl.gz"
TEXTS_FILE = "texts.jsonl.gz"
TRUTH_FILE = "planted_truth.jsonl.gz"


@dataclasses.dataclass(frozen=True)
class Sample:
    """The whole sample, with what was planted in it."""

    shoppers: tuple[Shopper, ...]
    articles: tuple[Article, ...]
    reviews: tuple[Review, ...]  # by time
    faults: tuple[faults.Fault, ...]
    text_only_shoppers: tuple[Shopper, ...]
    texts: tuple[ShopperText, ...]  # by time


def make_sample(config: SampleConfig) -> Sample:
    """Makes the sample; the same configuration always gives the same one."""
    # A stream of its own for each part, so that editing one leaves the others as they were.
    streams = {
        part: random.Random(f"{config.seed}/{part}")
        for part in ("articles", "shoppers", "purchases", "reviews", "texts")
    }
    articles = make_articles(config, streams["articles"])
    shoppers = make_shoppers(config, streams["shoppers"])
    purchases = simulate(config, shoppers, articles, streams["purchases"])
    writer = ReviewWriter(config, streams["reviews"])
    reviews = tuple(
        writer.write(f"R{number:05d}", purchase)
        for number, purchase in enumerate(purchases, start=1)
    )
    newcomers = make_text_only_shoppers(config, shoppers, streams["texts"])
    texts = TextWriter(config, articles, streams["texts"]).write_all(shoppers, newcomers)
    return Sample(shoppers, articles, reviews, tuple(faults.make_faults(reviews)), newcomers, texts)


def write_sample(sample: Sample, directory: Path) -> dict[str, int]:
    """Writes the four files, byte for byte the same for the same sample.

    Returns:
        The size of each file in bytes, by name.
    """
    directory.mkdir(parents=True, exist_ok=True)
    review_rows = [faults.encode(faults.review_row(review)) for review in sample.reviews]
    review_rows += [fault.row for fault in sample.faults]
    contents = {
        REVIEWS_FILE: review_rows,
        ARTICLES_FILE: [faults.encode(_article_row(article)) for article in sample.articles],
        TEXTS_FILE: [faults.encode(text_row(text)) for text in sample.texts],
        TRUTH_FILE: [faults.encode(row) for row in _truth_rows(sample)],
    }
    sizes = {}
    for name, rows in contents.items():
        data = compress(rows)
        (directory / name).write_bytes(data)
        sizes[name] = len(data)
    return sizes


def compress(rows: Iterable[bytes]) -> bytes:
    """Joins lines and compresses them, without a time stamp in the gzip header."""
    return gzip.compress(b"".join(row + b"\n" for row in rows), compresslevel=9, mtime=0)


def _article_row(article: Article) -> dict[str, object]:
    return {
        "item_id": article.item_id,
        "title": article.title,
        "description": article.description,
        "categories": article.categories,
        "brand": article.brand,
        "price": article.price,
    }


def _truth_rows(sample: Sample) -> Iterable[dict[str, object]]:
    for review in sample.reviews:
        yield {
            "kind": "review",
            "review_id": review.review_id,
            "user_id": review.user_id,
            "item_id": review.item_id,
            "motivations": review.motivations,
        }
    for text in sample.texts:
        yield {
            "kind": "text",
            "text_id": text.text_id,
            "user_id": text.user_id,
            "source": text.source,
            "motivations": text.motivations,
            "personal_data": text.personal_data,
        }
    for shopper in (*sample.shoppers, *sample.text_only_shoppers):
        yield {
            "kind": "shopper",
            "user_id": shopper.user_id,
            "motivations": shopper.motivations,
            "cold": shopper.cold,
            "text_only": shopper in sample.text_only_shoppers,
        }
    for article in sample.articles:
        yield {
            "kind": "article",
            "item_id": article.item_id,
            "motivations": article.motivations,
            "cold": article.is_cold,
        }
    for line, fault in enumerate(sample.faults, start=len(sample.reviews) + 1):
        yield {
            "kind": "fault",
            "line": line,
            "fault": fault.kind,
            "outcome": fault.outcome,
            "repeats": fault.repeats,
        }
