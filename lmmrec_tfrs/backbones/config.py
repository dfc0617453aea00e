"""The settings of the backbones."""

from typing import Literal

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

BackboneName = Literal["matrix_factorization", "mlp", "lightgcn", "sasrec"]


class MlpConfig(FrozenConfig):
    """Two towers of dense layers over ids, attributes and counts."""

    hidden_units: tuple[int, ...] = Field(
        (128,), description="Width of each hidden layer, between the features and the embedding."
    )
    dropout: float = Field(0.1, ge=0, lt=1, description="Rate after each hidden layer.")


class LightGCNConfig(FrozenConfig):
    """Embeddings propagated over the graph of train pairs (He et al., 2020)."""

    num_layers: int = Field(2, ge=1, le=8, description="Steps of propagation.")
    edge_dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of the train pairs left out of each step's graph."
    )


class SASRecConfig(FrozenConfig):
    """Causal self-attention over the items of a user (Kang and McAuley, 2018)."""

    maximum_history: int = Field(
        50, ge=1, le=1000, description="Latest items that are read of a user's history."
    )
    num_blocks: int = Field(
        1,
        ge=1,
        le=8,
        description="Blocks of attention and dense layers. The last computes one position only; "
        "each before it, all: a second block makes a step several times as slow.",
    )
    num_heads: int = Field(1, ge=1, description="Attention heads; must divide the dimension.")
    dropout: float = Field(0.2, ge=0, lt=1, description="Rate inside the blocks.")
    history_order: Literal["auto", "time", "leave_one_out"] = Field(
        "auto",
        description="What a train pair is foretold from: the items before it (time), or all others "
        "of the user (leave_one_out), where their order means nothing; auto is time where "
        "every train event has a timestamp.",
    )


class BackboneConfig(FrozenConfig):
    """Which backbone places users and items by their behaviour, and the settings of each."""

    name: BackboneName = Field("matrix_factorization", description="The backbone.")
    mlp: MlpConfig = Field(default_factory=MlpConfig, description="Settings of mlp.")
    lightgcn: LightGCNConfig = Field(
        default_factory=LightGCNConfig, description="Settings of lightgcn."
    )
    sasrec: SASRecConfig = Field(default_factory=SASRecConfig, description="Settings of sasrec.")
