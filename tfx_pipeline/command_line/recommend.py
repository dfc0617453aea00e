"""`lmmrec recommend`: what next, and why."""

import dataclasses
from collections.abc import Callable, Sequence

import tensorflow as tf
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lmmrec_tfrs.data import columns, example_files
from lmmrec_tfrs.privacy.config import PrivacyConfig
from lmmrec_tfrs.privacy.user_ids import UserIdHasher
from lmmrec_tfrs.retrieval.saved_model import load_index
from tfx_pipeline.output_folder import OutputFolder


@dataclasses.dataclass(frozen=True)
class Reason:
    """A motivation behind a recommendation.

    Attributes:
        motivation: its name.
        weight: its share among the reasons, in [0, 1].
        user_quote: the user's own words for it; empty where there are none.
        item_quote: what others or the catalogue say of the item; empty where there is nothing.
    """

    motivation: str
    weight: float
    user_quote: str
    item_quote: str


@dataclasses.dataclass(frozen=True)
class Recommendation:
    """An item recommended to a user, and why."""

    item_id: str
    title: str
    score: float
    reasons: tuple[Reason, ...]


class Recommender:
    """Answers from a run's newest served model, with the evidence that its artifacts hold.

    Args:
        folder: a run's output.
    """

    def __init__(self, folder: OutputFolder):
        self._recommend = load_index(folder.served_model()).signatures["recommend"]
        example_gen = "ReviewExampleGen"
        self._events_uri = folder.artifact(example_gen, "examples")
        catalogue = folder.artifact(example_gen, "catalogue")
        self._titles = {
            item.item_id: item.title for item in example_files.read_catalogue(catalogue)
        }
        motivations = folder.artifact("MotivationExtractor", "motivations")
        self._user_quotes = _quotes(motivations, columns.USERS)
        self._writers = {user_id for user_id, _ in self._user_quotes}
        self._item_quotes = _quotes(motivations, columns.ITEMS)
        self._seen: dict[str, set[str]] = {}
        for event in example_files.read_events(self._events_uri, columns.TRAIN):
            self._seen.setdefault(event.user_id, set()).add(event.item_id)

    @property
    def seen(self) -> dict[str, set[str]]:
        """The items of each user's training events."""
        return self._seen

    def knows(self, user_id: str) -> bool:
        """Whether the user has a training event, or a text that motivations were read from."""
        return user_id in self._seen or user_id in self._writers

    def recommend(
        self, user_id: str, k: int, include_seen: bool = False
    ) -> tuple[Recommendation, ...]:
        """Recommends items to a user; one that nobody knows gets what suits a newcomer.

        Args:
            user_id: the user.
            k: how many items; fewer come back where the catalogue holds no more.
            include_seen: also recommend items of the user's training events.

        Returns:
            The items, best first.
        """
        exclude = [] if include_seen else sorted(self._seen.get(user_id, ()))
        answer = self._recommend(
            user_id=tf.constant([user_id]),
            k=tf.constant(k, tf.int32),
            exclude_item_ids=tf.reshape(tf.constant(exclude, tf.string), [1, -1]),
        )
        rows = {name: tensor.numpy()[0] for name, tensor in answer.items()}
        return tuple(
            self._recommendation(user_id, rows, position)
            for position in range(len(rows["item_ids"]))
            if rows["item_ids"][position]
        )

    def _recommendation(self, user_id: str, rows: dict, position: int) -> Recommendation:
        item_id = rows["item_ids"][position].decode()
        names = [name.decode() for name in rows["motivation_names"][position]]
        weights = rows["motivation_weights"][position]
        return Recommendation(
            item_id=item_id,
            title=self._titles.get(item_id, ""),
            score=float(rows["scores"][position]),
            reasons=tuple(
                Reason(
                    name,
                    float(weight),
                    self._user_quotes.get((user_id, name), ""),
                    self._item_quotes.get((item_id, name), ""),
                )
                for name, weight in zip(names, weights, strict=True)
                if name
            ),
        )


def _quotes(motivations_uri: str, split: str) -> dict[tuple[str, str], str]:
    quotes: dict[tuple[str, str], str] = {}
    for owner in example_files.read_owner_motivations(motivations_uri, split):
        for evidence in owner.evidence:
            quotes.setdefault((owner.owner_id, evidence.motivation), evidence.quote)
    return quotes


def print_recommendations(
    folder: OutputFolder, users: Sequence[str], k: int, include_seen: bool, console: Console
) -> None:
    """Prints a table of recommendations with reasons for each user.

    Raises:
        OutputError: nothing was run into the folder, or no model was blessed.
        ValueError: the run hashed user ids, and the key is not in the environment.
    """
    hash_user = _user_hash(folder.config().data.privacy)
    recommender = Recommender(folder)
    for user_id in users:
        known_as = hash_user(user_id)
        if not recommender.knows(known_as):
            console.print(
                f"[yellow]'{escape(user_id)}' is in no training event and has no text: these are "
                "the recommendations for somebody unknown.[/yellow]"
            )
        console.print(
            recommendation_table(user_id, recommender.recommend(known_as, k, include_seen))
        )


def _user_hash(config: PrivacyConfig) -> Callable[[str], str]:
    """How the run wrote user ids."""
    if not config.hash_user_ids:
        return lambda user_id: user_id
    return UserIdHasher.from_environment(config.key_environment_variable).hash


def recommendation_table(user_id: str, recommendations: Sequence[Recommendation]) -> Table:
    """A table of recommendations: item, score, and the reasons in people's own words."""
    table = Table(
        title=f"For {escape(user_id)}", title_justify="left", show_lines=True, expand=True
    )
    table.add_column("#", justify="right")
    table.add_column("item", ratio=3)
    table.add_column("score", justify="right")
    table.add_column("because", ratio=6)
    for rank, recommendation in enumerate(recommendations, start=1):
        table.add_row(
            str(rank),
            _item_cell(recommendation),
            f"{recommendation.score:.2f}",
            "\n".join(map(_reason_line, recommendation.reasons)),
        )
    return table


def _item_cell(recommendation: Recommendation) -> str:
    item_id = f"[dim]{escape(recommendation.item_id)}[/dim]"
    return f"{escape(recommendation.title)}\n{item_id}" if recommendation.title else item_id


def _reason_line(reason: Reason) -> str:
    line = f"[bold]{escape(reason.motivation)}[/bold] {reason.weight:.0%}"
    if reason.user_quote:
        line += f"\n  you wrote: “{escape(_shortened(reason.user_quote))}”"
    if reason.item_quote:
        line += f"\n  of the item: “{escape(_shortened(reason.item_quote))}”"
    return line


def _shortened(text: str, width: int = 110) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
