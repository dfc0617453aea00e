"""The data sets of the benchmark: where each lies, and how it is read and split."""

import dataclasses
from pathlib import Path

from tfx_pipeline.config import PipelineConfig, load_config


@dataclasses.dataclass(frozen=True)
class DataSet:
    """A shipped configuration, settings over it, and the folder of the raw files.

    `title` is what short tables call it. `folder` is relative to the folder of data sets; None for
    the sample, which is bundled. `cold_overrides` are further settings for the cold study: profiles
    that were written from all reviews, those that it withholds among them, must not be read there.
    """

    title: str
    configuration: str
    folder: str | None
    overrides: tuple[str, ...] = ()
    cold_overrides: tuple[str, ...] = ()

    def config(self) -> PipelineConfig:
        """How the set is read, split and trained on."""
        return load_config(self.configuration, self.overrides)

    def cold_config(self) -> PipelineConfig:
        """How the cold study reads motivations."""
        return load_config(self.configuration, (*self.overrides, *self.cold_overrides))

    def raw_files(self, data: Path) -> Path:
        """The folder of the raw files, which may be absent."""
        if self.folder is None:
            from tfx_pipeline.sample.sample import DATA_DIRECTORY

            return Path(DATA_DIRECTORY)
        return data / self.folder


DATA_SETS = {
    "steam": DataSet("Steam, random split", "steam", "steam"),
    "steam_temporal": DataSet(
        "Steam, split by time", "steam", "steam", ("data.split.strategy=global_time",)
    ),
    "imdb_profiles": DataSet(
        "films (IMDb profiles)",
        "imdb_profiles",
        "imdb_profiles",
        cold_overrides=("motivation.strategy=encode", "motivation.precomputed=null"),
    ),
    "amazon_musical_instruments": DataSet(
        "musical instruments", "amazon_musical_instruments", "amazon_musical_instruments"
    ),
    "rent_the_runway": DataSet("Rent the Runway", "rent_the_runway", "renttherunway"),
    "sample": DataSet("bundled sample (generated)", "sample", None),
    "amazon_gift_cards": DataSet("gift cards", "amazon_gift_cards", "amazon_gift_cards"),
}

# The gift cards are a quick extra: nearly all of them are bought for the same reason.
DEFAULT = tuple(name for name in DATA_SETS if name != "amazon_gift_cards")
