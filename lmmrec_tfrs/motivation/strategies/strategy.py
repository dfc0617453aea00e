"""What a strategy decides: which models read a text, and what their scores weigh."""

import importlib
from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from lmmrec_tfrs.motivation.calibration import Calibration
from lmmrec_tfrs.motivation.config import ExtractionConfig
from lmmrec_tfrs.motivation.language_model import LanguageModelReader
from lmmrec_tfrs.motivation.models.encoder import TextEncoder
from lmmrec_tfrs.motivation.reading import Reading, Text, WeightedReading
from lmmrec_tfrs.motivation.strategies.names import class_path
from lmmrec_tfrs.motivation.taxonomy import Taxonomy
from lmmrec_tfrs.motivation.weighing import weigh_by_encoder


class TextReader(Protocol):
    """What reads every text once: the text's vector, and a score for each motivation."""

    @property
    def num_tokens_read(self) -> int:
        """The tokens of texts that were read so far."""
        ...

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts, in their order."""
        ...


LoadEncoder = Callable[[], TextEncoder]


class Strategy:
    """A way of reading. All but `weigh` and the models has a default: the encoder reads alone.

    It travels to Beam's workers with its settings, and loads its models there.

    Args:
        config: the settings.
    """

    # Whether profiles that somebody wrote before take the reviews' place.
    reads_profiles: ClassVar[bool] = False
    # Whether there is a language model to ask.
    has_language_model: ClassVar[bool] = False

    def __init__(self, config: ExtractionConfig):
        self.config = config

    def load_text_reader(self, taxonomy: Taxonomy, load_encoder: LoadEncoder) -> TextReader:
        """Loads what reads every text.

        Args:
            taxonomy: the motivations.
            load_encoder: loads the encoder that the settings name.
        """
        from lmmrec_tfrs.motivation.encoder_reader import EncoderReader

        return EncoderReader(load_encoder(), taxonomy)

    def text_reader_fingerprint(self, encoder: str) -> str:
        """Identifies all that a text's reading depends on but the text and the taxonomy.

        Args:
            encoder: the fingerprint of the encoder's weights.
        """
        return f"{encoder}\x00{self.config.max_tokens}"

    @property
    def asks_language_model(self) -> bool:
        """Whether the language model gets any text to read, under these settings."""
        return False

    @property
    def language_model_batch_size(self) -> int:
        """Texts that the language model reads at once."""
        raise self._asks_none()

    def load_language_model(
        self, taxonomy: Taxonomy, load_encoder: LoadEncoder
    ) -> LanguageModelReader:
        """Loads the language model, ready to read for a taxonomy.

        Raises:
            ValueError: the strategy asks no language model.
        """
        raise self._asks_none()

    def language_model_fingerprint(self, taxonomy: Taxonomy, encoder: str) -> str:
        """Identifies all that an answer depends on but the text, without loading a model.

        Raises:
            ValueError: the strategy asks no language model.
        """
        raise self._asks_none()

    def weigh(self, reading: Reading, calibration: Calibration) -> WeightedReading:
        """Turns what the models said of a text into the weights of its motivations."""
        return weigh_by_encoder(reading, self.config.temperature, calibration.similarity)

    def _asks_none(self) -> ValueError:
        return ValueError(
            "expected the strategy 'score' or 'generate', which read with a language model; "
            f"received '{self.config.strategy}'."
        )


def strategy_of(config: ExtractionConfig) -> Strategy:
    """The strategy that the settings name.

    Raises:
        ValueError: there is no such strategy.

    >>> strategy_of(ExtractionConfig(strategy="encode")).asks_language_model
    False
    """
    module, name = class_path(config.strategy)
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ValueError(
            f"expected the class '{name}' in the module '{module}' for the strategy "
            f"'{config.strategy}': {error}."
        ) from error
    if not (isinstance(found, type) and issubclass(found, Strategy)):
        raise ValueError(
            f"expected a subclass of lmmrec_tfrs.motivation.strategies.strategy.Strategy for the "
            f"strategy '{config.strategy}', received {found!r}."
        )
    return found(config)
