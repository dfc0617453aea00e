"""Profiles that some language model wrote before; the encoder places their phrases."""

from typing import ClassVar

from lmmrec_tfrs.motivation.strategies.strategy import Strategy


class Precomputed(Strategy):
    """The encoder reads the profiles' phrases, which take the reviews' place."""

    reads_profiles: ClassVar[bool] = True
