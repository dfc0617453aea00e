"""The text encoder alone: how near a text is to a motivation's words."""

from lmmrec_tfrs.motivation.strategies.strategy import Strategy


class Encode(Strategy):
    """Standardised cosine similarity, among texts of the same kind."""
