"""Loads an exported index in a fresh process, queries it, and measures it against exact search.

What another process will meet is thus met here first: missing operations, lost tables, a
signature that only works where it was traced.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

import lmmrec_tfrs
from lmmrec_tfrs.configuration import FrozenConfig
from lmmrec_tfrs.data import signature_names
from lmmrec_tfrs.retrieval import saved_model
from lmmrec_tfrs.retrieval.recall import recall_against_exact

_USERS_A_BATCH = 256
_TIMED_USERS = 200


class VerificationError(RuntimeError):
    """The exported index does not do in a fresh process what it should."""


class Verification(FrozenConfig):
    """What a fresh process found. The latencies, for one user, are informative only."""

    recall: float
    k: int
    num_users: int
    num_items: int
    load_seconds: float
    latency_p50_milliseconds: float
    latency_p99_milliseconds: float


class FreshProcess:
    """A Python process of its own, which starts while the index that it is to verify is built.

    Importing TensorFlow takes it seconds, which so cost nobody anything. Use it in a `with` block,
    whose end stops a process that was not asked.
    """

    def __enter__(self) -> "FreshProcess":
        # The package may lie on this process's path only.
        root = str(Path(lmmrec_tfrs.__file__).resolve().parents[1])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._folder = tempfile.TemporaryDirectory()
        self._answer = Path(self._folder.name, "answer.json")
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, "--answer", str(self._answer)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
        self._folder.cleanup()

    def verify(
        self,
        index_path: str,
        item_ids: Sequence[str],
        user_ids: Sequence[str],
        k: int,
        timeout_seconds: float,
    ) -> Verification:
        """Runs `verify_index` in the process, which ends with it.

        Args:
            index_path: the folder of the SavedModel.
            item_ids: all items that the index holds.
            user_ids: the users to measure recall on.
            k: the length of the lists.
            timeout_seconds: how long the process may take.

        Raises:
            VerificationError: the process failed, or took too long; the message ends with what it
                said.
        """
        request = {
            "index_path": index_path,
            "item_ids": list(item_ids),
            "user_ids": list(user_ids),
            "k": k,
        }
        try:
            _, said = self._process.communicate(json.dumps(request), timeout=timeout_seconds)
        except subprocess.TimeoutExpired as error:
            raise VerificationError(
                f"expected the index at {index_path} to be verified within {timeout_seconds:.0f} "
                "seconds: raise RetrievalConfig.verification_timeout_seconds or lower "
                "recall_queries."
            ) from error
        if self._process.returncode != 0 or not self._answer.exists():
            raise VerificationError(
                f"expected the index at {index_path} to answer in a fresh process, which exited "
                f"with {self._process.returncode}. It said, at the end:\n{said[-2000:]}"
            )
        return Verification.model_validate_json(self._answer.read_text(encoding="utf-8"))


def verify_index(
    index_path: str, item_ids: Sequence[str], user_ids: Sequence[str], k: int
) -> Verification:
    """Loads the index here, checks its answers, and measures its recall.

    The exact result is computed from the embeddings that the index's own signatures return.

    Raises:
        VerificationError: an answer has a wrong shape, an unknown or excluded item, or scores
            that are not those of the embeddings.
    """
    start = time.monotonic()
    index = saved_model.load_index(index_path)
    load_seconds = time.monotonic() - start
    items = saved_model.embed_items(index, item_ids)[saved_model.EMBEDDING]
    users = saved_model.embed_queries(index, user_ids)[saved_model.EMBEDDING]
    places = {item_id.encode("utf-8"): place for place, item_id in enumerate(item_ids)}
    recalls = []
    for begin in range(0, len(user_ids), _USERS_A_BATCH):
        batch = slice(begin, begin + _USERS_A_BATCH)
        exact = users[batch] @ items.T
        found = _checked_answer(index, user_ids[batch], k, exact, places)
        recalls.append(recall_against_exact(exact, found, k))
    latencies = _latencies(index, user_ids[:_TIMED_USERS], k)
    return Verification(
        recall=float(np.concatenate(recalls).mean()),
        k=k,
        num_users=len(user_ids),
        num_items=len(item_ids),
        load_seconds=load_seconds,
        latency_p50_milliseconds=float(np.percentile(latencies, 50)),
        latency_p99_milliseconds=float(np.percentile(latencies, 99)),
    )


def _recommend(
    index: Any, user_ids: Sequence[str], k: int, excluded: NDArray[Any] | None = None
) -> dict[str, NDArray[Any]]:
    exclude = np.empty([len(user_ids), 0], dtype=object) if excluded is None else excluded
    answer = index.signatures[signature_names.RECOMMEND](
        user_id=tf.constant(list(user_ids)),
        k=tf.constant(k, tf.int32),
        exclude_item_ids=tf.constant(exclude, tf.string),
    )
    return {name: value.numpy() for name, value in answer.items()}


def _checked_answer(
    index: Any,
    user_ids: Sequence[str],
    k: int,
    exact: NDArray[np.float32],
    places: dict[bytes, int],
) -> NDArray[np.int64]:
    """Positions `[B, k]` of what is recommended, -1 for an empty place."""
    answer = _recommend(index, user_ids, k)
    shape = (len(user_ids), k)
    ids = answer["item_ids"]
    if ids.shape != shape or answer["scores"].shape != shape:
        raise VerificationError(
            f"expected item_ids and scores of shape {shape}, received {ids.shape} and "
            f"{answer['scores'].shape}."
        )
    unknown = {item_id for item_id in ids.ravel() if item_id} - places.keys()
    if unknown:
        raise VerificationError(f"expected items of the catalogue, received {sorted(unknown)[:3]}.")
    found = np.array([[places.get(item_id, -1) for item_id in row] for row in ids])
    filled = found >= 0
    expected = np.take_along_axis(exact, np.maximum(found, 0), axis=1)
    if not np.allclose(answer["scores"][filled], expected[filled], rtol=1e-3, atol=1e-3):
        raise VerificationError(
            "expected the scores to be the dot products of the embeddings, they differ by up to "
            f"{np.abs(answer['scores'] - expected)[filled].max():.4g}."
        )
    again = _recommend(index, user_ids, k, excluded=ids[:, :1])["item_ids"]
    if (filled[:, :1] & (again == ids[:, :1])).any():
        raise VerificationError("expected excluded items to be left out, received some of them.")
    return found


def _latencies(index: Any, user_ids: Sequence[str], k: int) -> NDArray[np.float64]:
    """Milliseconds of a recommendation for one user, after warming up."""
    milliseconds = []
    for turn, user_id in enumerate([*user_ids[:10], *user_ids]):
        start = time.perf_counter()
        _recommend(index, [user_id], k)
        if turn >= min(10, len(user_ids)):
            milliseconds.append(1e3 * (time.perf_counter() - start))
    return np.array(milliseconds)


def main() -> None:
    """Reads the arguments of `verify_index` as JSON from the standard input; writes the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answer", required=True, help="Where the answer is written, as JSON.")
    arguments = parser.parse_args()
    if asked := sys.stdin.read():
        answer = verify_index(**json.loads(asked))
        Path(arguments.answer).write_text(answer.model_dump_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
