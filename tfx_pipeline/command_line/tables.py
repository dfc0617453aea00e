"""What `lmmrec` prints of a run: the account of rows, and the metrics beside the baselines."""

import os

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lmmrec_tfrs.data import file_names, files
from lmmrec_tfrs.evaluation.report import OVERALL, EvaluationReport
from lmmrec_tfrs.ingestion.report import IngestionReport, RowCounts
from tfx_pipeline.output_folder import OutputFolder

_METRICS = ("recall@20", "ndcg@20", "mrr@20", "hit_rate@20", "coverage@20", "mean_popularity@20")


def ingestion_table(folder: OutputFolder) -> Group:
    """Where each row went, and the sum that shows that none was lost."""
    report = IngestionReport.read(folder.artifact("ReviewExampleGen", "quarantine"))
    table = Table(title="Rows", title_justify="left")
    # A table of texts that is all zeros says nothing.
    accounts = {name: rows for name, rows in report.accounts.items() if rows.read}
    for name in ("", *accounts):
        table.add_column(name, justify="right" if name else "left")
    for label, counts in _account(list(accounts.values())):
        table.add_row(escape(label), *(f"{count:,}" for count in counts))
    splits = ", ".join(f"{name} {count:,}" for name, count in report.splits.items())
    balance = all(counts.read == counts.accounted_for() for counts in accounts.values())
    sentences = [
        "rows read = kept + filtered + quarantined: " + ("yes" if balance else "NO"),
        f"{report.users:,} users, {report.items:,} items; "
        f"split by {report.split_strategy.replace('_', ' ')}: {splits}",
        *_sentences_on_people(report),
        *(f"warning: {warning}" for warning in report.warnings),
    ]
    return Group(table, Text("\n".join(sentences)))


def _account(accounts: list[RowCounts]) -> list[tuple[str, list[int]]]:
    rows = [
        ("read", [account.read for account in accounts]),
        ("kept", [account.kept for account in accounts]),
    ]
    for kind in ("filtered", "quarantined"):
        by_reason = [getattr(account, kind) for account in accounts]
        rows += [
            (f"{kind}: {reason}", [counts.get(reason, 0) for counts in by_reason])
            for reason in sorted(set().union(*by_reason))
        ]
    return rows


def _sentences_on_people(report: IngestionReport) -> list[str]:
    """Who is known by texts alone, and what was masked."""
    sentences = []
    if report.text_only_users:
        sentences.append(f"{report.text_only_users:,} more users known by their texts only")
    if report.masked:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(report.masked.items()))
        sentences.append(f"personal data masked: {kinds}")
    if report.user_ids_hashed:
        sentences.append("user ids are hashed")
    return sentences


def read_evaluation(folder: OutputFolder) -> EvaluationReport:
    """Reads the report of the run's newest evaluation."""
    uri = folder.artifact("RankingEvaluator", "evaluation")
    return EvaluationReport.from_json(files.read_text(os.path.join(uri, file_names.METRICS)))


def evaluation_table(report: EvaluationReport) -> Group:
    """The model beside the baselines: overall, on cold parts, and what the bootstrap says."""
    tables: list[Table | Text] = [_metrics_table(report, OVERALL, "Ranking the whole catalogue")]
    for name in ("user_history=0", "item_history=0"):
        if name in {part.name for part in report.slices} and report.slice(name).num_users:
            tables.append(_metrics_table(report, name, f"Cold: {name.replace('_', ' ')}"))
    return Group(*tables, Text("\n".join(_sentences(report))))


def _metrics_table(report: EvaluationReport, slice_name: str, title: str) -> Table:
    part = report.slice(slice_name)
    table = Table(
        title=f"{title} ({report.split} split, {part.num_users:,} users, "
        f"{report.num_items:,} items)",
        title_justify="left",
    )
    rows = report.rows(slice_name)
    metrics = [metric for metric in _METRICS if metric in rows[0]]
    table.add_column("", no_wrap=True)
    for name in metrics:
        # Broken by hand, so that the table fits into 80 columns.
        table.add_column(name.replace("_", "\n").replace("@", "\n@"), justify="right")
    for row in rows:
        values = (
            f"{row[metric]:.1f}" if metric.startswith("mean_popularity") else f"{row[metric]:.4f}"
            for metric in metrics
        )
        table.add_row(row["scorer"].replace("_", " "), *values)
    return table


def _sentences(report: EvaluationReport) -> list[str]:
    sentences = [
        f"{comparison.metric}, {comparison.model} minus {comparison.other.replace('_', ' ')}: "
        f"{comparison.difference:+.4f} [{comparison.low:+.4f}, {comparison.high:+.4f}], "
        f"p = {comparison.p_value:.3f}"
        for comparison in report.comparisons
    ]
    if report.verdict is not None:
        verdict = "blessed" if report.verdict.blessed else "NOT blessed"
        sentences.append(f"The model is {verdict}. {' '.join(report.verdict.reasons)}".rstrip())
    return sentences
