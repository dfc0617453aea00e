"""What the strategies share whose language model reads some of the texts."""

from typing import ClassVar

from lmmrec_tfrs.motivation.calibration import Calibration
from lmmrec_tfrs.motivation.reading import Reading, WeightedReading
from lmmrec_tfrs.motivation.strategies.strategy import Strategy
from lmmrec_tfrs.motivation.weighing import weigh


class WithLanguageModel(Strategy):
    """The encoder's scores, averaged with the language model's or its student's."""

    has_language_model: ClassVar[bool] = True

    @property
    def asks_language_model(self) -> bool:
        """Not with a budget or a share of nothing."""
        return self.config.max_language_model_texts > 0 and self.config.language_model_weight > 0

    def weigh(self, reading: Reading, calibration: Calibration) -> WeightedReading:
        """By all the models that read the text."""
        config = self.config
        return weigh(reading, calibration, config.temperature, config.language_model_weight)
