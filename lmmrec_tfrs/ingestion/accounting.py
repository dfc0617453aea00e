"""Makes the account of a run out of the facts that its pipelines wrote."""

from collections.abc import Iterable, Iterator

from lmmrec_tfrs.data import columns
from lmmrec_tfrs.ingestion import beam_facts, beam_read, splitting
from lmmrec_tfrs.ingestion.config import IngestionConfig
from lmmrec_tfrs.ingestion.errors import IngestionError
from lmmrec_tfrs.ingestion.report import IngestionReport, RowCounts
from lmmrec_tfrs.ingestion.split_config import SplitStrategy

_FEW_HELD_OUT = 0.01
_MANY_QUARANTINED = 0.05


def make_report(
    facts: beam_facts.Facts,
    config: IngestionConfig,
    files: Iterable[str],
    strategy: SplitStrategy,
    cuts: splitting.TimeCuts | None,
    timestamp_share: float,
    k_core_rounds: int,
) -> IngestionReport:
    """Makes the report.

    Args:
        facts: the counts of all pipelines.
        config: the configuration of the run.
        files: the files read.
        strategy: how the events were split.
        cuts: the moments of a global cut.
        timestamp_share: share of the pairs with a timestamp.
        k_core_rounds: rounds until the k-core stood still.

    Raises:
        IngestionError: a row is not accounted for.
    """
    counts = facts.counts
    splits = {name: counts[f"splits/{name}"] for name in columns.EVENT_SPLITS}
    users, items = counts["users"], counts["items"]
    report = IngestionReport(
        files=tuple(sorted(set(files))),
        events=_row_counts(facts, "events", sum(splits.values())),
        texts=_row_counts(facts, "texts", counts["texts/kept"]),
        catalogue=_row_counts(facts, "catalogue", counts["catalogue/kept"]),
        users_with_texts=counts["users_with_texts"],
        text_only_users=counts["text_only_users"],
        text_only_users_below_k_core=counts["text_only_users_below_k_core"],
        masked=facts.with_prefix(beam_read.MASKED),
        user_ids_hashed=config.privacy.hash_user_ids,
        items_without_metadata=counts["items_without_metadata"],
        splits=splits,
        split_strategy=strategy.value,
        requested_strategy=config.split.strategy.value,
        validation_begins=cuts.validation if cuts else None,
        test_begins=cuts.test if cuts else None,
        users=users,
        items=items,
        density=counts["pairs"] / (users * items),
        timestamp_share=timestamp_share,
        k_core=config.k_core,
        k_core_rounds=k_core_rounds,
        seed=config.split.seed,
        warnings=tuple(_warnings(splits, facts)),
    )
    report.balance_check()
    return report


def _row_counts(facts: beam_facts.Facts, name: str, kept: int) -> RowCounts:
    return RowCounts(
        read=facts.counts[f"{name}/read"],
        kept=kept,
        filtered=facts.with_prefix(f"{name}/filtered/"),
        quarantined=facts.with_prefix(f"{name}/quarantined/"),
    )


def _warnings(splits: dict[str, int], facts: beam_facts.Facts) -> Iterator[str]:
    kept = sum(splits.values())
    for name, count in splits.items():
        if count == 0:
            yield f"the split '{name}' is empty"
        elif count < _FEW_HELD_OUT * kept:
            yield f"the split '{name}' has only {count} of {kept} events"
    for kind in ("events", "texts", "catalogue"):
        quarantined = sum(facts.with_prefix(f"{kind}/quarantined/").values())
        read = facts.counts[f"{kind}/read"]
        if quarantined > _MANY_QUARANTINED * read:
            yield f"{quarantined} of {read} rows of the {kind} are quarantined"


def nothing_left(cleaned: beam_facts.Facts, config: IngestionConfig) -> IngestionError:
    """The error of a run none of whose events can be kept."""
    read = cleaned.counts["events/read"]
    quarantined = cleaned.with_prefix("events/quarantined/")
    filtered = cleaned.with_prefix("events/filtered/")
    return IngestionError(
        f"{config.events}: expected events to keep, found none among {read} rows "
        f"(quarantined: {quarantined or 'none'}; filtered: {filtered or 'none'}; k_core: "
        f"{config.k_core}). Remedy: lower k_core or positive_threshold, or check that "
        "the format and the columns are the file's."
    )
