"""Takes over what an earlier model knows, though the vocabularies have grown."""

import dataclasses
import logging
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from lmmrec_tfrs.layers import IdEmbedding, OwnerFeatures
from lmmrec_tfrs.model import LMMRec
from lmmrec_tfrs.towers import CandidateTower, OwnerTower
from lmmrec_tfrs.training.earlier_towers import EarlierTowers
from lmmrec_tfrs.training.named_weights import named_weights

USERS = "users"
ITEMS = "items"

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class _Vocabulary:
    """Where the ids of the new model were in the earlier one.

    `new_rows` and `old_rows` int64 `[num_known]`; `unknown_rows` are rows of the new model.
    """

    num_new: int
    num_old: int
    new_rows: NDArray[np.int64]
    old_rows: NDArray[np.int64]
    unknown_rows: NDArray[np.int64]

    def report(self) -> dict[str, int]:
        return {
            "known": len(self.new_rows),
            "new": len(self.unknown_rows),
            "gone": self.num_old - len(self.new_rows),
        }


@dataclasses.dataclass(frozen=True)
class _Weights:
    """The weights of a tower: those with a row for each id, by whose ids, and the others.

    `by_position` names those of the others whose rows may mean ids, which nothing tells.
    """

    of_ids: dict[str, tuple[str, tf.Variable]]
    others: dict[str, tf.Variable]
    by_position: frozenset[str]


def warm_start(model: LMMRec, earlier: EarlierTowers) -> dict[str, Any]:
    """Gives a model the weights of an earlier one.

    The embeddings and biases of ids that the earlier model knew are copied by id. New ids start
    where the earlier model put unknown ones, if it learnt to by id dropout, and otherwise, as
    their biases do, as they would without an earlier model. Other weights are copied where
    name and shape agree, but not those of a plain `tf.keras.layers.Embedding`: its rows may be
    ids, which would be swapped; nor those that read motivations, where the taxonomy is another. A
    LightGCN starts from the embeddings that were served, which its graph averages once more. The
    tables of owners are not touched: they are the new data's. Texts have to be read by the same
    sentence encoder: the towers do not say by which.

    Args:
        model: a model with its initial weights.
        earlier: the towers of the earlier one.

    Returns:
        What was taken over, ready for JSON: for users and items how many ids are `known` from
        the earlier model, `new`, and `gone`; `weights_taken_over`, how many; and
        `weights_not_taken_over`, by name the reason.

    Raises:
        ValueError: none of their weights fits.
    """
    before = {USERS: earlier.query, ITEMS: earlier.candidate}
    towers = {USERS: model.query_tower, ITEMS: model.candidate_tower}
    owners_of = {USERS: model.users, ITEMS: model.items}
    vocabularies = {
        side: _vocabulary(
            owners.ids[: owners.num_embeddings],
            before[side].owners.ids[: before[side].owners.num_embeddings],
        )
        for side, owners in owners_of.items()
    }
    old = {side: _weights(tower.tower, side) for side, tower in before.items()}
    taken, useful, left = 0, 0, {}
    for side, tower in towers.items():
        new = _weights(tower, side)
        for path, (whose, variable) in new.of_ids.items():
            source = _source(old, side, path, whose, variable)
            if source is None:
                left[f"{side}/{path}"] = f"no table of {whose} with rows of {variable.shape[1:]}"
                continue
            learnt = variable.shape.rank > 1 and before[whose].tower.id_dropout.rate > 0.0
            _copy_rows(source, variable, vocabularies[whose], learnt)
            taken += 1
            # A bias alone, or a table of ids that are all gone, is no start.
            useful += variable.shape.rank > 1 and len(vocabularies[whose].new_rows) > 0
        of_motivations = _of_other_motivations(tower, owners_of[side], before[side].owners)
        for path, variable in new.others.items():
            if id(variable) in of_motivations:
                left[f"{side}/{path}"] = "the earlier model's motivations have other names"
                continue
            if path in new.by_position:
                left[f"{side}/{path}"] = "its rows may be ids: have an IdEmbedding, which says so"
                continue
            source = old[side].others.get(path)
            if source is not None and source.shape == variable.shape:
                variable.assign(source.numpy())
                taken += 1
                # A gate, which fits towers of any width, is no start alone.
                useful += variable.trainable and tower.dimension in variable.shape
            else:
                was = "missing" if source is None else f"of shape {source.shape}"
                left[f"{side}/{path}"] = f"was {was}, is of shape {variable.shape}"
    if not useful:
        raise ValueError(
            f"expected an earlier model in {earlier.directory} that knows some of these ids or has "
            f"weights of the same shape, received one that does not: {left}. Give both the same "
            "backbone and embedding_dim, or set warm_start_from to null."
        )
    for objective in (model.user_motivation, model.item_motivation):
        if objective is not None and objective.teacher is not None:
            objective.teacher.copy_from(objective.tower.textual_encoder)
    report = {
        "from": earlier.directory,
        **{side: vocabulary.report() for side, vocabulary in vocabularies.items()},
        "weights_taken_over": taken,
        "weights_not_taken_over": left,
    }
    _log.info("warm start: %s", report)
    return report


def _of_other_motivations(tower: OwnerTower, new: OwnerFeatures, old: OwnerFeatures) -> set[int]:
    """Which variables read motivations, where they have other names than in the earlier model."""
    known = new.motivation_names and old.motivation_names
    if not tower.motivation or not known or new.motivation_names == old.motivation_names:
        return set()
    parts: list[tf.keras.layers.Layer] = [
        tower.textual_encoder,
        tower.interaction_encoder,
        tower.fusion,
    ]
    if isinstance(tower, CandidateTower):
        parts.append(tower.text_bias)
    return {id(weight) for part in parts for weight in part.weights}


def _vocabulary(new_ids: list[str], old_ids: list[str]) -> _Vocabulary:
    old_row_of = {identifier: row for row, identifier in enumerate(old_ids)}
    old_rows = np.array([old_row_of.get(identifier, -1) for identifier in new_ids], np.int64)
    known = old_rows >= 0
    return _Vocabulary(
        len(new_ids),
        len(old_ids),
        np.flatnonzero(known),
        old_rows[known],
        np.flatnonzero(~known),
    )


def _weights(tower: OwnerTower, side: str) -> _Weights:
    tables: dict[int, str] = {}
    unclear: set[int] = set()
    for module in tower.submodules:
        if isinstance(module, IdEmbedding):
            tables[id(module.table)] = _whose(module, side)
        elif isinstance(module, tf.keras.layers.Embedding):
            unclear.update(map(id, module.weights))
    if isinstance(tower, CandidateTower):
        tables[id(tower.item_bias)] = ITEMS
    of_ids: dict[str, tuple[str, tf.Variable]] = {}
    others: dict[str, tf.Variable] = {}
    for path, variable in named_weights(tower).items():
        if id(variable) in tables:
            of_ids[path] = (tables[id(variable)], variable)
        else:
            others[path] = variable
    by_position = frozenset(path for path, variable in others.items() if id(variable) in unclear)
    return _Weights(of_ids, others, by_position)


def _whose(embedding: IdEmbedding, side: str) -> str:
    """Whose ids a table has: a tower can hold one of the other side, which says so by its name."""
    if embedding.name.startswith("user"):
        return USERS
    if embedding.name.startswith("item"):
        return ITEMS
    return side


def _source(
    old: dict[str, _Weights], side: str, path: str, whose: str, variable: tf.Variable
) -> tf.Variable | None:
    """The earlier table of the same ids: the one in the same place, or, as an exported tower
    may be simpler than a trained one, any other."""
    places = [(side, path), *((whose, other) for other in old[whose].of_ids)]
    for place_side, place in places:
        found = old[place_side].of_ids.get(place)
        if found is not None and found[0] == whose and found[1].shape[1:] == variable.shape[1:]:
            return found[1]
    return None


def _copy_rows(
    source: tf.Variable, target: tf.Variable, vocabulary: _Vocabulary, start_as_unknown: bool
) -> None:
    """Copies the rows of known ids, and the last one, which stands for unknown ids."""
    before, values = source.numpy(), target.numpy()
    expected = (vocabulary.num_old + 1, vocabulary.num_new + 1)
    if (len(before), len(values)) != expected:
        raise ValueError(
            "expected tables with a row for each id and one for unknown ids, then "
            f"{expected[0]} and now {expected[1]} rows, received {len(before)} and {len(values)}: "
            'begin the name of an IdEmbedding with "user" or "item", whose ids it has.'
        )
    values[vocabulary.new_rows] = before[vocabulary.old_rows]
    values[-1] = before[-1]
    if start_as_unknown:
        values[vocabulary.unknown_rows] = before[-1]
    target.assign(values)
