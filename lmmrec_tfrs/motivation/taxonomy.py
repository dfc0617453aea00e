"""The motivations that texts are read for: named, described and exemplified."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, field_validator

from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.data import files

_SUFFIXES = (".yaml", ".yml")


class Motivation(FrozenConfig):
    """One reason why people buy, in words that a customer would use."""

    name: str = Field(min_length=1, description="A short phrase, unique in its taxonomy.")
    description: str = Field(min_length=1, description="One line, as a customer would say it.")
    examples: tuple[str, ...] = Field(
        default=(), description="Sentences that customers with this motivation might write."
    )

    @field_validator("name", "description")
    @classmethod
    def _one_stripped_line(cls, value: str) -> str:
        stripped = " ".join(value.split())
        if not stripped:
            raise ValueError("expected some words, received only white space.")
        return stripped

    @field_validator("examples")
    @classmethod
    def _no_empty_example(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if any(not value.strip() for value in values):
            raise ValueError("expected example sentences, received an empty one: remove it.")
        return values


class Taxonomy(FrozenConfig):
    """An ordered set of motivations; its order is that of every weight vector.

    >>> taxonomy = Taxonomy.load("fashion_luxury")
    >>> taxonomy.names[0], len(taxonomy)
    ('attending a wedding', 20)
    """

    name: str = Field(min_length=1, description="What the taxonomy is called in reports.")
    motivations: tuple[Motivation, ...] = Field(
        min_length=2, description="The motivations, in the order of the weights."
    )

    @field_validator("motivations")
    @classmethod
    def _unique_names(cls, values: tuple[Motivation, ...]) -> tuple[Motivation, ...]:
        seen: set[str] = set()
        for motivation in values:
            folded = motivation.name.casefold()
            if folded in seen:
                raise ValueError(
                    f"expected unique names, received '{motivation.name}' twice: rename one."
                )
            seen.add(folded)
        return values

    def __len__(self) -> int:
        return len(self.motivations)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the motivations, in order."""
        return tuple(motivation.name for motivation in self.motivations)

    @classmethod
    def shipped(cls) -> tuple[str, ...]:
        """The names of the taxonomies that come with the package."""
        folder = resources.files("lmmrec_tfrs.motivation").joinpath("taxonomies")
        names = (entry.name for entry in folder.iterdir())
        return tuple(sorted(Path(name).stem for name in names if name.endswith(_SUFFIXES)))

    @classmethod
    def load(cls, name_or_path: str) -> "Taxonomy":
        """Loads a taxonomy by the name of a shipped one, or from a YAML file.

        Args:
            name_or_path: a name that `shipped()` lists, or a local or remote path that
                ends in `.yaml` or `.yml`.

        Raises:
            FileNotFoundError: there is neither such a name nor such a file.
            ValueError: the file is not a valid taxonomy.
        """
        if name_or_path.endswith(_SUFFIXES):
            if not files.exists(name_or_path):
                raise FileNotFoundError(f"expected a taxonomy file at {name_or_path}, found none.")
            return cls._parse(files.read_text(name_or_path), name_or_path)
        if name_or_path not in cls.shipped():
            raise FileNotFoundError(
                f"expected a shipped taxonomy ({', '.join(cls.shipped())}) or the path of a .yaml "
                f"file, received '{name_or_path}'."
            )
        folder = resources.files("lmmrec_tfrs.motivation").joinpath("taxonomies")
        text = folder.joinpath(f"{name_or_path}.yaml").read_text(encoding="utf-8")
        return cls._parse(text, name_or_path)

    @classmethod
    def _parse(cls, text: str, origin: str) -> "Taxonomy":
        try:
            loaded: Any = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(f"{origin} is not valid YAML: {error}") from error
        if not isinstance(loaded, dict):
            raise ValueError(
                f"{origin}: expected a mapping with the keys 'name' and 'motivations', "
                f"received {type(loaded).__name__}."
            )
        try:
            return cls.model_validate(loaded)
        except ValidationError as error:
            raise ValueError(f"{origin} is not a valid taxonomy: {error}") from error

    def to_yaml(self) -> str:
        """The taxonomy as the YAML text that `load` reads."""
        return yaml.safe_dump(
            self.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=100
        )

    def indices_of(self, names: Sequence[str]) -> list[int]:
        """The positions of some motivations.

        Raises:
            KeyError: a name is not in the taxonomy.
        """
        positions = {name: index for index, name in enumerate(self.names)}
        missing = [name for name in names if name not in positions]
        if missing:
            raise KeyError(f"expected names of the taxonomy {self.name}, received {missing}.")
        return [positions[name] for name in names]
