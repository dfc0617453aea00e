"""Layers whose weights have shapes that follow from the config alone."""

from typing import Any


class ConfigShaped:
    """Lets a loader create the weights without knowing any input; comes before the Keras class.

    A layer is saved with the shape that it was built with, and an input of strings or of features
    by name has none.
    """

    def build(self, input_shape: Any = None) -> None:
        """Creates the weights; each layer does it in its own way."""
        super().build(input_shape)  # type: ignore[misc]

    def get_build_config(self) -> dict[str, Any]:
        """The shapes follow from the config alone."""
        return {"input_shape": None}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Creates the weights, for the loader to fill."""
        self.build(None)
