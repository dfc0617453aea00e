"""The settings of a training run."""

from typing import Literal

from pydantic import Field, model_validator

from lmmrec_tfrs.backbones.config import BackboneConfig
from lmmrec_tfrs.configuration import FrozenConfig

# Up to so many items the loss `auto` scores all of them in every step.
FULL_SOFTMAX_AT_MOST = 4096
# The settings that mean something to sampled candidates only, and where they do nothing.
_WITHOUT_SAMPLES = {"frequency_estimate": "counts", "num_cross_batch_negatives": 0}


class TrainingConfig(FrozenConfig):
    """How LMMRec is trained."""

    backbone: BackboneConfig = Field(
        default_factory=BackboneConfig, description="What places users and items by behaviour."
    )
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
        "1 only popularity is left), dense data less, and sasrec a tenth.",
    )
    loss: Literal["auto", "sampled_softmax", "full_softmax"] = Field(
        "auto",
        description="Softmax over sampled candidates with logQ, or over all items that somebody "
        "had, which is exact and, up to some thousands of them, cheaper. auto takes all of up to "
        "4,096, unless another setting needs a sample.",
    )
    temperature: float = Field(1.0, gt=0, description="What scores are divided by in the softmax.")
    num_uniform_negatives: int = Field(
        1024,
        ge=0,
        description="Candidates a step drawn uniformly from the items that somebody had, beside "
        "the batch's.",
    )
    text_dimension: int = Field(
        64, ge=0, description="Principal components kept of the text vectors, at most their width."
    )
    inferred_motivations: bool = Field(
        False,
        description="Infer motivations from behaviour, too, by the prototypes of named ones.",
    )
    inference_temperature: float = Field(
        0.2, gt=0, description="Temperature of the soft assignment to prototypes."
    )
    hidden_multiple: int = Field(
        0,
        ge=0,
        le=16,
        description="Hidden layer of the textual encoder, in multiples of embedding_dim; 0: none.",
    )
    initial_gate: float = Field(
        0.5, gt=0, lt=1, description="The fusion's gate before training: how much text may say."
    )
    motivation_batch_size: int = Field(
        128,
        ge=2,
        description="Pairs of a batch that the three losses between behaviour and texts look at; "
        "their cost grows with its square.",
    )
    coordination_weight: float = Field(
        0.0,
        ge=0,
        description="Weight of InfoNCE between two halves of an owner's texts (coordination).",
    )
    coordination_noise: float = Field(
        0.1, ge=0, description="Noise on the features of owners without halves, in deviations."
    )
    correspondence_weight: float = Field(
        0.0,
        ge=0,
        description="Weight of the divergence from the momentum teacher's correspondence.",
    )
    coordination_temperature: float = Field(
        0.2, ge=0.01, description="Temperature of the coordination's InfoNCE."
    )
    correspondence_temperature: float = Field(
        0.2, gt=0, description="Temperature of the interaction-text correspondence."
    )
    teacher_decay: float = Field(
        0.995, ge=0, le=1, description="Last decay of the teacher's moving average."
    )
    learnable_temperature: bool = Field(
        False, description="Learn the temperature of the alignment."
    )
    alignment_weight: float = Field(
        0.01,
        ge=0,
        description="Weight of InfoNCE between behaviour and text of the same owner; 0.1 already "
        "ruins the model where the text says little.",
    )
    alignment_temperature: float = Field(
        0.2, ge=0.01, description="Temperature of that InfoNCE, of at least 0.01."
    )
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
    dropout: float = Field(0.2, ge=0, lt=1, description="Rate on the textual encoder's features.")
    initial_stddev: float = Field(
        0.05, gt=0, description="Standard deviation of the id embeddings' initial values."
    )
    popularity_bias: bool = Field(
        True, description="Start the item bias at the log of the item's share of train pairs."
    )
    validation_k: int = Field(20, ge=1, description="Cut of the NDCG that validation computes.")
    early_stopping_patience: int = Field(
        15,
        ge=1,
        description="Epochs without a better validation NDCG before training stops.",
    )
    minimum_epochs: int = Field(
        30,
        ge=1,
        description="Epochs before training may stop: under strong L2 a model can know nothing "
        "but popularity for twenty and more, and a plateau is no peak.",
    )
    seed: int = Field(17, ge=0, description="Seed of initial values, shuffling and dropout.")
    jit_compile: bool = Field(False, description="Compile the training step with XLA.")
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = Field(
        "float32",
        description="What layers compute in; variables, losses and the exported model stay "
        "float32. float16 needs, and gets, loss scaling.",
    )
    clip_norm: float | None = Field(
        None, gt=0, description="Greatest global norm of a step's gradient; null for any."
    )
    frequency_estimate: Literal["counts", "streaming"] = Field(
        "counts",
        description="What logQ takes an item's sampling frequency from: its count in train, or "
        "an estimate from the batches met so far, which follows a stream that drifts.",
    )
    frequency_learning_rate: float = Field(
        0.05, gt=0, le=1, description="How fast the streaming estimate follows."
    )
    num_cross_batch_negatives: int = Field(
        0, ge=0, description="Candidates of earlier batches kept as further negatives; 0 for none."
    )
    warm_start_from: str | None = Field(
        None,
        min_length=1,
        description="Folder with an earlier model's towers (query_tower.keras and "
        "candidate_tower.keras); what it knows is taken over by id. null to start anew.",
    )
    distribution: Literal["none", "mirrored", "multi_worker"] = Field(
        "none",
        description="mirrored: all accelerators of the machine; multi_worker: all machines that "
        "TF_CONFIG lists. A batch is shared by all.",
    )
    checkpoint_steps: int = Field(
        500, ge=1, description="Steps between two checkpoints, where checkpoints are kept."
    )

    @model_validator(mode="after")
    def _combinations_that_work(self) -> "TrainingConfig":
        if self.loss == "full_softmax":
            for setting, off in _WITHOUT_SAMPLES.items():
                if getattr(self, setting) != off:
                    raise ValueError(
                        f"expected {setting} {off} with the loss full_softmax, received "
                        f"{getattr(self, setting)}: it samples nothing; choose sampled_softmax."
                    )
        heads = self.backbone.sasrec.num_heads
        if self.backbone.name == "sasrec" and self.embedding_dim % heads:
            raise ValueError(
                "expected a number of heads (backbone.sasrec.num_heads) that divides "
                f"embedding_dim {self.embedding_dim}, received {heads}."
            )
        if self.jit_compile and self.distribution != "none":
            raise ValueError(
                "expected jit_compile false with a distribution, received true: XLA compiles for "
                "one device; choose one of both."
            )
        return self

    def loss_for(self, num_items: int) -> Literal["sampled_softmax", "full_softmax"]:
        """The retrieval loss, with `auto` resolved.

        Args:
            num_items: how many items there are to tell apart.

        >>> TrainingConfig().loss_for(1_000)
        'full_softmax'
        >>> TrainingConfig(num_cross_batch_negatives=512).loss_for(1_000)
        'sampled_softmax'
        """
        if self.loss != "auto":
            return self.loss
        samples = any(getattr(self, name) != off for name, off in _WITHOUT_SAMPLES.items())
        return "sampled_softmax" if samples or num_items > FULL_SOFTMAX_AT_MOST else "full_softmax"
