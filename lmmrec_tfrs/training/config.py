"""The settings of a training run."""

from typing import Literal

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig


class TrainingConfig(FrozenConfig):
    """How LMMRec is trained."""

    embedding_dim: int = Field(64, ge=1, le=4096, description="Width of the towers' embeddings.")
    epochs: int = Field(100, ge=1, description="Epochs at most; early stopping usually ends it.")
    batch_size: int = Field(512, ge=2, description="Train pairs a step.")
    optimizer: Literal["adam", "adagrad"] = Field(
        "adam", description="adam, or adagrad (sparse updates, for very large vocabularies)."
    )
    learning_rate: float = Field(5e-3, gt=0, le=10, description="The optimiser's step size.")
    l2: float = Field(
        0.5,
        ge=0,
        description="Weight of the pairs' mean squared norms. Sparse data need about 0.5 (towards "
        "1 only popularity is left), dense data less.",
    )
    loss: Literal["sampled_softmax", "full_softmax"] = Field(
        "sampled_softmax",
        description="Softmax over sampled candidates with logQ, or over the whole catalogue.",
    )
    temperature: float = Field(1.0, gt=0, description="What scores are divided by in the softmax.")
    num_uniform_negatives: int = Field(
        1024,
        ge=0,
        description="Candidates a step drawn uniformly from the catalogue, beside the batch's.",
    )
    alignment_weight: float = Field(
        0.01,
        ge=0,
        description="Weight of InfoNCE between behaviour and text of the same owner; 0.1 already "
        "ruins the model where the text says little.",
    )
    alignment_temperature: float = Field(0.2, gt=0, description="Temperature of that InfoNCE.")
    use_text: bool | Literal["shuffled"] = Field(
        True,
        description="true; false (no text, a control); shuffled (others' text, a control).",
    )
    id_dropout: float = Field(
        0.1, ge=0, le=1, description="Share of users and items that lose their id in a step."
    )
    text_dropout: float = Field(
        0.1, ge=0, le=1, description="Share of users and items that lose their text in a step."
    )
    dropout: float = Field(0.2, ge=0, lt=1, description="Rate inside the motivation encoder.")
    initial_stddev: float = Field(
        0.05, gt=0, description="Standard deviation of the id embeddings' initial values."
    )
    popularity_bias: bool = Field(
        True, description="Start the item bias at the log of the item's share of train pairs."
    )
    validation_k: int = Field(20, ge=1, description="Cut of the NDCG that validation computes.")
    early_stopping_patience: int = Field(
        20,
        ge=1,
        description="Epochs without a better validation NDCG before training stops; the strong L2 "
        "leaves it flat at first.",
    )
    seed: int = Field(17, ge=0, description="Seed of initial values, shuffling and dropout.")
    jit_compile: bool = Field(False, description="Compile the training step with XLA.")
