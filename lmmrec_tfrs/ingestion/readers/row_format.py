"""What a data set's columns mean: the contract of the readers."""

import dataclasses
from collections.abc import Callable, Iterable

from lmmrec_tfrs.data.records import Event, Item
from lmmrec_tfrs.ingestion.sources.container import Container
from lmmrec_tfrs.ingestion.values import Row

# Each inner tuple names alternatives, one of which must be there.
RequiredColumns = tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True)
class FileShape:
    """What a file must be to be read.

    Attributes:
        content: what it holds, for messages.
        columns: what it must have.
        containers: the kinds of files it may be.
        python_literals: whether lines may be Python literals instead of JSON.
    """

    content: str
    columns: RequiredColumns
    containers: tuple[Container, ...]
    python_literals: bool = False


@dataclasses.dataclass(frozen=True)
class RowFormat:
    """How to read the events and the items of a data set.

    Attributes:
        name: as in the config.
        event_columns, item_columns: what a file must have to be of this format; the first of
            an event's is the user's id.
        event_containers, item_containers: the kinds of files it comes in.
        parse_event, parse_item: one raw row to a record; raise `RowError`.
        python_literals: whether lines may be Python literals instead of JSON.
        expand: one raw row to several, for files that nest events.
    """

    name: str
    event_columns: RequiredColumns
    event_containers: tuple[Container, ...]
    parse_event: Callable[[Row], Event]
    item_columns: RequiredColumns = ()
    item_containers: tuple[Container, ...] = ()
    parse_item: Callable[[Row], Item] | None = None
    python_literals: bool = False
    expand: Callable[[Row], Iterable[object]] | None = None

    @property
    def event_files(self) -> FileShape:
        """What an event file must be."""
        content = f"events in the format '{self.name}'"
        return FileShape(content, self.event_columns, self.event_containers, self.python_literals)

    @property
    def item_files(self) -> FileShape:
        """What a metadata file must be."""
        content = f"items in the format '{self.name}'"
        return FileShape(content, self.item_columns, self.item_containers, self.python_literals)

    @property
    def user_id_columns(self) -> tuple[str, ...]:
        """The columns that may hold the user's id."""
        return self.event_columns[0]


JSON_OR_PARQUET = (Container.JSON_LINES, Container.PARQUET)
