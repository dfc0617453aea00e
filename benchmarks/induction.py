"""What taxonomy induction finds: names, sizes, stability, and how it covers a curated taxonomy.

Reads the training texts of a configuration, induces a taxonomy for several seeds, and compares the
first with a curated one and with as many bundles of random clauses:

    python benchmarks/induction.py --config steam --data DATA --texts 12000 --seeds 0 1 2
"""

import argparse
import os
import platform
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lmmrec_tfrs.motivation.encoder_reader import motivation_prototypes
from lmmrec_tfrs.motivation.induction.candidates import gather_candidates
from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.induction.induce import induce_taxonomy
from lmmrec_tfrs.motivation.induction.induced import InducedTaxonomy
from lmmrec_tfrs.motivation.models.encoder import EncodedText, TextEncoder
from lmmrec_tfrs.motivation.models.registry import load_text_encoder
from lmmrec_tfrs.motivation.taxonomy import Motivation, Taxonomy
from tfx_pipeline.command_line.taxonomy import read_training_texts
from tfx_pipeline.config import load_config

RANDOM_DRAWS = 20
SAME = 0.8


class RememberingEncoder:
    """Encodes each text once, in this run and, with a file, in the next."""

    def __init__(self, encoder: TextEncoder, file: str | None):
        self._encoder = encoder
        self._file = Path(file) if file else None
        self._vectors: dict[str, np.ndarray] = {}
        if self._file and self._file.exists():
            stored = np.load(self._file)
            self._vectors = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))

    @property
    def dimension(self) -> int:
        """The size of the vectors."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[Sequence[str]]) -> list[EncodedText]:
        """Encodes texts of one clause each."""
        keys = [" ".join(clauses) for clauses in texts]
        new = [key for key in dict.fromkeys(keys) if key not in self._vectors]
        for key, encoded in zip(new, self._encoder.encode([[k] for k in new]), strict=True):
            self._vectors[key] = encoded.vector
        return [EncodedText(self._vectors[k], self._vectors[k][None], 0) for k in keys]

    def save(self) -> None:
        """Writes the vectors, where there is a file to write."""
        if self._file:
            np.savez(
                self._file, texts=list(self._vectors), vectors=np.stack([*self._vectors.values()])
            )


def coverage(encoder: TextEncoder, curated: Taxonomy, other: Taxonomy) -> np.ndarray:
    """Cosine similarity of each curated motivation to each other one, `[curated, other]`."""
    similarity: np.ndarray = (
        motivation_prototypes(encoder, curated) @ motivation_prototypes(encoder, other).T
    )
    return similarity


def random_bundles(clauses: Sequence[str], count: int, examples: int, seed: int) -> Taxonomy:
    """As many motivations of random clauses, each of the size of an induced one."""
    random = np.random.default_rng(seed)
    drawn = random.choice(len(clauses), (count, examples + 1), replace=False)
    return Taxonomy(
        name="random",
        motivations=tuple(
            Motivation(
                name=f"{number}: {clauses[rows[0]]}",
                description=clauses[rows[0]],
                examples=tuple(clauses[row] for row in rows[1:]),
            )
            for number, rows in enumerate(drawn)
        ),
    )


def print_induced(induced: InducedTaxonomy) -> None:
    """The names with their sizes and descriptions, the scores and the junk."""
    print("\n".join(induced.provenance()[:4]), end="\n\n")
    print("| motivation | clauses | description |\n|---|---:|---|")
    for motivation, size in zip(induced.taxonomy.motivations, induced.sizes, strict=True):
        print(f"| {motivation.name} | {size} | {motivation.description} |")
    print("\nDropped: " + "; ".join(f"{name} ({n}, {why})" for name, n, why in induced.junk))


def print_coverage(similarity: np.ndarray, curated: Taxonomy, induced: Taxonomy) -> None:
    """Each curated motivation's nearest induced one."""
    print("\n| curated | nearest induced | cosine |\n|---|---|---:|")
    for name, row in zip(curated.names, similarity, strict=True):
        print(f"| {name} | {induced.names[int(row.argmax())]} | {row.max():.2f} |")


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="steam")
    parser.add_argument("--data", required=True)
    parser.add_argument("--curated", default="video_games")
    parser.add_argument("--texts", type=int, default=12_000)
    parser.add_argument("--num-motivations", default="auto")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--vectors", help="An .npz file that keeps the vectors for the next run.")
    arguments = parser.parse_args()

    texts, item_ids, titles = read_training_texts(load_config(arguments.config), arguments.data)
    encoder = RememberingEncoder(load_text_encoder("packaged:minilm", 64), arguments.vectors)
    wanted = arguments.num_motivations
    runs = []
    for seed in arguments.seeds:
        config = InductionConfig(
            name=arguments.config,
            num_motivations="auto" if wanted == "auto" else int(wanted),
            max_texts=arguments.texts,
            seed=seed,
        )
        start = time.monotonic()
        runs.append(induce_taxonomy(texts, encoder, config, item_ids=item_ids, titles=titles))
        print(f"seed {seed}: {time.monotonic() - start:.0f} s", flush=True)
        encoder.save()

    first = runs[0]
    print(f"\n{os.cpu_count()} cores, {platform.machine()}, {len(texts)} texts\n")
    print_induced(first)
    for seed, other in zip(arguments.seeds[1:], runs[1:], strict=True):
        nearest = (first.centres @ other.centres.T).max(axis=1)
        same = len(set(first.taxonomy.names) & set(other.taxonomy.names))
        print(
            f"\nSeed {seed}: {len(other.taxonomy)} motivations, {same} of the same name; nearest "
            f"centre's cosine {nearest.mean():.2f} on average, above {SAME} for "
            f"{(nearest > SAME).sum()} of {len(nearest)}: {', '.join(other.taxonomy.names)}."
        )
    curated = Taxonomy.load(arguments.curated)
    similarity = coverage(encoder, curated, first.taxonomy)
    print_coverage(similarity, curated, first.taxonomy)
    config = InductionConfig(max_texts=arguments.texts, seed=arguments.seeds[0])
    clauses = gather_candidates(texts, config, item_ids, titles).clauses
    count, examples = len(first.taxonomy), config.num_examples
    random = [
        coverage(encoder, curated, random_bundles(clauses, count, examples, draw)).max(axis=1)
        for draw in range(RANDOM_DRAWS)
    ]
    won = (similarity.max(axis=1) > np.mean(random, axis=0)).sum()
    print(
        f"\nMean cosine of the nearest: induced {similarity.max(axis=1).mean():.3f}, {count} "
        f"bundles of random clauses {np.mean(random):.3f} (deviation over {RANDOM_DRAWS} draws "
        f"{np.mean(random, axis=1).std():.3f}); induced nearer for {won} of {len(curated)}."
    )
    encoder.save()


if __name__ == "__main__":
    main()
