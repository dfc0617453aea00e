"""Candidates as a tree of tokens."""

import collections
import dataclasses
from collections.abc import Sequence

import numpy as np


@dataclasses.dataclass(frozen=True)
class CandidateTree:
    """Candidates as a tree of tokens, so that a shared beginning is evaluated once.

    A node is a token after which some candidate goes on; the root, node -1, is the end of
    the prompt. The last token of a candidate is predicted but never read.

    Attributes:
        tokens: token of each node, int32 `[num_nodes]`.
        depths: distance of each node from the root, from 1, int32 `[num_nodes]`.
        ancestors: true where a node descends from another, itself included, bool
            `[num_nodes, num_nodes]`.
        edges: predictions `(node + 1, token)`, int32 `[num_edges, 2]`.
        paths: the edges of each candidate, bool `[num_candidates, num_edges]`.
    """

    tokens: np.ndarray
    depths: np.ndarray
    ancestors: np.ndarray
    edges: np.ndarray
    paths: np.ndarray

    @classmethod
    def build(cls, candidates: Sequence[Sequence[int]]) -> "CandidateTree":
        """Builds the tree of some candidates, given as token ids.

        Raises:
            ValueError: a candidate has no token.
        """
        if not candidates or not all(candidates):
            raise ValueError("expected candidates of at least one token each.")
        inner = {tuple(c[:end]) for c in candidates for end in range(1, len(c))}
        nodes = {path: index for index, path in enumerate(sorted(inner, key=lambda p: (len(p), p)))}
        edges = {
            path: index
            for index, path in enumerate(
                sorted({tuple(c[:end]) for c in candidates for end in range(1, len(c) + 1)})
            )
        }
        ancestors = np.zeros((len(nodes), len(nodes)), dtype=bool)
        for path, node in nodes.items():
            for end in range(1, len(path) + 1):
                ancestors[node, nodes[path[:end]]] = True
        paths = np.zeros((len(candidates), len(edges)), dtype=bool)
        for row, candidate in enumerate(candidates):
            for end in range(1, len(candidate) + 1):
                paths[row, edges[tuple(candidate[:end])]] = True
        return cls(
            tokens=np.array([path[-1] for path in nodes], dtype=np.int32),
            depths=np.array([len(path) for path in nodes], dtype=np.int32),
            ancestors=ancestors,
            edges=np.array(
                [(nodes.get(path[:-1], -1) + 1, path[-1]) for path in edges], dtype=np.int32
            ),
            paths=paths,
        )


def distinguishing_prefixes(candidates: Sequence[Sequence[int]]) -> list[list[int]]:
    """Cuts each candidate after the first token that tells it from all others.

    A candidate that begins another one stays whole.

    >>> distinguishing_prefixes([[7, 8, 9], [7, 5, 1], [4, 2, 2], [4]])
    [[7, 8], [7, 5], [4, 2], [4]]
    """
    count = collections.Counter(tuple(c[:end]) for c in candidates for end in range(1, len(c) + 1))

    def cut(candidate: Sequence[int]) -> list[int]:
        for end in range(1, len(candidate)):
            if count[tuple(candidate[:end])] == 1:
                return list(candidate[:end])
        return list(candidate)

    return [cut(candidate) for candidate in candidates]
