"""Induces a taxonomy from a corpus: which motivations there are, in the writers' words."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from lmmrec_tfrs.motivation.induction.candidates import Candidates, gather_candidates
from lmmrec_tfrs.motivation.induction.clustering import (
    StabilityScore,
    choose_number,
    cluster,
    merge_near,
    stability_scores,
    unit_rows,
)
from lmmrec_tfrs.motivation.induction.config import InductionConfig
from lmmrec_tfrs.motivation.induction.content import ContentWords
from lmmrec_tfrs.motivation.induction.describing import describing_clauses
from lmmrec_tfrs.motivation.induction.induced import InducedTaxonomy
from lmmrec_tfrs.motivation.induction.naming import Phrase, compose_name, rank_phrases
from lmmrec_tfrs.motivation.induction.themes import junk_reason, motivational_lean
from lmmrec_tfrs.motivation.models.encoder import TextEncoder
from lmmrec_tfrs.motivation.taxonomy import Motivation, Taxonomy
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.masking import Masker

# Chooses the name of a cluster: from its candidate names, the best first, and its clauses.
Namer = Callable[[Sequence[str], Sequence[str]], str]

# Of a cluster's clauses, so many next to its centre show how it leans.
_CENTRAL = 15
_BATCH = 2048
_NAMES_OFFERED = 8
# A given number of motivations needs more clusters, as some are junk: how many more at first, and
# how often they are raised.
_MORE_CLUSTERS = 1.5
_TRIALS = 5


def induce_taxonomy(
    texts: Sequence[str],
    encoder: TextEncoder,
    config: InductionConfig | None = None,
    *,
    item_ids: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    namer: Namer | None = None,
) -> InducedTaxonomy:
    """Induces a taxonomy from a corpus without labels.

    Clauses that say why are reduced to their words of content and encoded; their vectors, less
    the corpus mean, are clustered; near clusters are merged, junk is dropped; and each cluster is
    named by its most central and distinctive phrase, described and exemplified by clauses.
    The same texts, settings and seed give the same taxonomy.

    Args:
        texts: reviews, in English.
        encoder: gives the vectors.
        config: the settings.
        item_ids: what each text is about; tells clusters of one item from motivations.
        titles: the items' titles, which are taken out of the clauses.
        namer: chooses among candidate names, such as a language model; the best phrase if left
            out.

    Raises:
        ValueError: the lengths differ, or the corpus has too few clauses that say why.
    """
    config = config or InductionConfig()
    if item_ids is not None and len(item_ids) != len(texts):
        raise ValueError(
            f"expected an item id for each of {len(texts)} texts, received {len(item_ids)}."
        )
    candidates = gather_candidates(texts, config, item_ids, titles, _mask(config))
    return _Induction(candidates, encoder, config, namer).run()


def _mask(config: InductionConfig) -> Callable[[str], str] | None:
    if not config.mask_personal_data:
        return None
    masker = Masker(PrivacyConfig())
    return lambda text: masker.mask(text).text


class _Induction:
    """One induction: the clauses, their vectors, and the steps."""

    def __init__(
        self,
        candidates: Candidates,
        encoder: TextEncoder,
        config: InductionConfig,
        namer: Namer | None,
    ):
        self._encoder = encoder
        self._config = config
        self._namer = namer
        self._candidates = candidates
        self._content = ContentWords.fit(candidates.clauses, config.max_word_share)
        reduced = [self._content.reduce(clause) for clause in candidates.clauses]
        kept = [index for index, words in enumerate(reduced) if words]
        self._only_praise = len(reduced) - len(kept)
        self._clauses = [candidates.clauses[index] for index in kept]
        self._item_ids = [candidates.item_ids[index] for index in kept]
        if len(kept) < 2 * config.min_cluster_size:
            raise ValueError(
                f"expected at least {2 * config.min_cluster_size} clauses that say why, found "
                f"{len(kept)} in {candidates.num_texts} texts. Give more texts, or lower "
                "min_cluster_size or min_reason_score."
            )
        distinct = list(dict.fromkeys(reduced[index] for index in kept))
        vectors = dict(zip(distinct, self._encode(distinct), strict=True))
        raw = np.stack([vectors[reduced[index]] for index in kept])
        self._mean = raw.mean(axis=0)
        self._vectors = unit_rows(raw - self._mean)

    def run(self) -> InducedTaxonomy:
        """Clusters, drops, names."""
        limit = len(self._clauses) // self._config.min_cluster_size
        wanted = self._config.num_motivations
        if not isinstance(wanted, int):
            scores = self._stability(limit)
            number = choose_number(scores, self._config.stability_tolerance)
            return self._induce(number, None, scores)
        for trial in range(_TRIALS):
            number = min(limit, math.ceil(wanted * (_MORE_CLUSTERS + trial / 2)))
            try:
                induced = self._induce(number, wanted, [])
            except ValueError:
                continue
            if len(induced.taxonomy) == wanted:
                return induced
        raise ValueError(
            f"expected {wanted} motivations, found fewer in {number} clusters. Ask for fewer, give "
            "more texts, or lower min_cluster_size."
        )

    def _stability(self, limit: int) -> list[StabilityScore]:
        config = self._config
        numbers = range(config.min_clusters, config.max_clusters + 1, config.cluster_step)
        possible = [number for number in numbers if number <= limit] or [max(2, limit)]
        return stability_scores(self._vectors, possible, config.stability_runs, config.seed)

    def _induce(
        self, number: int, wanted: int | None, scores: Sequence[StabilityScore]
    ) -> InducedTaxonomy:
        labels, centres = cluster(self._vectors, number, self._config.seed)
        labels, centres = merge_near(labels, centres, self._vectors, self._config.merge_similarity)
        phrases = rank_phrases(self._clauses, labels, centres, self._content, self._encode_centred)
        sizes = np.bincount(labels, minlength=len(centres))
        kept: list[int] = []
        junk = []
        for index in (int(i) for i in np.argsort(-sizes, kind="stable")):
            rows = np.flatnonzero(labels == index)
            if reason := self._junk_reason(rows, centres[index], phrases[index]):
                best = phrases[index][0].text if phrases[index] else "-"
                junk.append((best, int(sizes[index]), reason))
            elif wanted is None or len(kept) < wanted:
                kept.append(index)
            else:
                junk.append((phrases[index][0].text, int(sizes[index]), "more than asked for"))
        motivations = self._motivations(kept, labels, centres, phrases)
        dropped = dict(self._candidates.dropped)
        dropped["only praise"] = self._only_praise
        return InducedTaxonomy(
            taxonomy=Taxonomy(name=self._config.name, motivations=tuple(motivations)),
            sizes=tuple(int(sizes[index]) for index in kept),
            centres=centres[kept],
            stability=tuple(scores),
            num_clusters=number,
            num_merged=number - len(centres),
            junk=tuple(junk),
            num_texts=self._candidates.num_texts,
            num_clauses=self._candidates.num_clauses,
            dropped_clauses=dropped,
            num_clustered=len(self._clauses),
            seed=self._config.seed,
        )

    def _junk_reason(
        self, rows: np.ndarray, centre: np.ndarray, phrases: Sequence[Phrase]
    ) -> str | None:
        nearest = rows[np.argsort(-(self._vectors[rows] @ centre), kind="stable")[:_CENTRAL]]
        central = self._encode([self._clauses[row] for row in nearest])
        lean = motivational_lean(central, self._encode)
        return junk_reason(phrases, [self._item_ids[row] for row in rows], lean, self._config)

    def _motivations(
        self,
        kept: Sequence[int],
        labels: np.ndarray,
        centres: np.ndarray,
        phrases: Sequence[Sequence[Phrase]],
    ) -> list[Motivation]:
        motivations: list[Motivation] = []
        taken: set[str] = set()
        for index in kept:
            rows = np.flatnonzero(labels == index)
            clauses = describing_clauses(
                [self._clauses[row] for row in rows],
                self._vectors[rows],
                centres[index],
                self._config.num_examples + 1,
                self._content.rare,
            )
            name = self._name(phrases[index], clauses, taken)
            taken.add(name)
            motivations.append(
                Motivation(name=name, description=clauses[0], examples=tuple(clauses[1:]))
            )
        return motivations

    def _name(self, phrases: Sequence[Phrase], clauses: Sequence[str], taken: set[str]) -> str:
        composed = compose_name(phrases, taken)
        if self._namer is None:
            return composed
        others = [p.text for p in phrases[:_NAMES_OFFERED] if p.text not in taken]
        name = self._namer(list(dict.fromkeys([composed, *others])), clauses)
        return composed if name in taken else name

    def _encode_centred(self, texts: Sequence[str]) -> np.ndarray:
        return unit_rows(self._encode(texts) - self._mean)

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors of texts that stand alone, float32 `[num_texts, dimension]`."""
        vectors = [
            encoded.vector
            for start in range(0, len(texts), _BATCH)
            for encoded in self._encoder.encode([[t] for t in texts[start : start + _BATCH]])
        ]
        return np.stack(vectors).astype(np.float32)
