"""What an induction comes to: a taxonomy, and how it was found."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from lmmrec_tfrs.motivation.induction.clustering import StabilityScore
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


@dataclasses.dataclass(frozen=True)
class InducedTaxonomy:
    """A taxonomy that was induced from a corpus.

    Attributes:
        taxonomy: the motivations, the largest cluster first.
        sizes: the clauses of each motivation's cluster.
        centres: their unit centres, float32 `[num_motivations, encoder_dim]`.
        stability: the scores of the numbers of clusters that were tried; none where the number
            was given.
        num_clusters: how many clusters there were before merging and dropping.
        num_merged: how many of them were merged into another.
        junk: the clusters that were dropped: their best phrase, clauses and the reason.
        num_texts: texts that were read.
        num_clauses: clauses in them.
        dropped_clauses: how many clauses were left out, by reason.
        num_clustered: clauses that were clustered.
        seed: of the samples and the clustering.
    """

    taxonomy: Taxonomy
    sizes: tuple[int, ...]
    centres: np.ndarray
    stability: tuple[StabilityScore, ...]
    num_clusters: int
    num_merged: int
    junk: tuple[tuple[str, int, str], ...]
    num_texts: int
    num_clauses: int
    dropped_clauses: dict[str, int]
    num_clustered: int
    seed: int

    def to_yaml(self) -> str:
        """The taxonomy as YAML to be edited by hand, with its provenance as comments."""
        lines = [f"# {line}".rstrip() for line in self.provenance()]
        return "\n".join([*lines, self.taxonomy.to_yaml()])

    def provenance(self) -> Sequence[str]:
        """How the taxonomy was found, line by line."""
        left_out = ", ".join(f"{n} {reason}" for reason, n in self.dropped_clauses.items())
        lines = [
            "Induced from reviews without labels: read it, rename, merge and remove, then use it.",
            f"Corpus: {self.num_texts} texts, {self.num_clauses} clauses; left out: {left_out}.",
            f"Clusters: {self.num_clusters} of {self.num_clustered} clauses, {self.num_merged} "
            f"merged, {len(self.junk)} dropped; seed {self.seed}.",
        ]
        if self.stability:
            scores = ", ".join(f"{s.num_clusters}: {s.mean:.2f}" for s in self.stability)
            lines.append(f"Stability (adjusted Rand index) by the number of clusters: {scores}.")
        sizes = zip(self.taxonomy.names, self.sizes, strict=True)
        lines.append("Clauses: " + ", ".join(f"{name} {size}" for name, size in sizes) + ".")
        if self.junk:
            dropped = "; ".join(f"{name} ({n}, {reason})" for name, n, reason in self.junk)
            lines.append(f"Dropped clusters: {dropped}.")
        return lines
