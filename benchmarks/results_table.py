"""Prints the evaluation of finished runs as Markdown tables.

python benchmarks/results_table.py runs/steam runs/amazon_gift_cards
"""

import argparse
import json
import os
import platform
from pathlib import Path

from lmmrec_tfrs.data import file_names
from lmmrec_tfrs.evaluation.report import EvaluationReport
from tfx_pipeline.command_line.tables import read_evaluation
from tfx_pipeline.output_folder import OutputFolder

METRICS = ("recall@20", "ndcg@20", "mrr@20", "hit_rate@20", "coverage@20", "mean_popularity@20")
COLD = ("user_history=0", "user_history=1-4", "item_history=0", "item_history=1-4")


def print_table(report: EvaluationReport) -> None:
    """The metrics of all scorers, and the bootstrap of the model against each other one."""
    print(f"| | {' | '.join(metric.replace('_', ' ') for metric in METRICS)} |")
    print("|---" * (len(METRICS) + 1) + "|")
    for row in report.rows():
        values = [f"{row[metric]:.4f}" for metric in METRICS[:-1]] + [f"{row[METRICS[-1]]:.1f}"]
        print(f"| {row['scorer'].replace('_', ' ')} | {' | '.join(values)} |")
    print()
    for comparison in report.comparisons:
        print(
            f"- {comparison.metric}, model minus {comparison.other.replace('_', ' ')}: "
            f"{comparison.difference:+.4f} [{comparison.low:+.4f}, {comparison.high:+.4f}], "
            f"p = {comparison.p_value:.3f}"
        )


def print_cold_slices(report: EvaluationReport) -> None:
    """NDCG@20 where there is little history."""
    parts = [report.slice(name) for name in COLD if report.slice(name).num_users]
    if not parts:
        return
    print(f"\n| ndcg@20 | {' | '.join(f'{p.name} ({p.num_users} users)' for p in parts)} |")
    print("|---" * (len(parts) + 1) + "|")
    for scorer in report.scorers:
        values = " | ".join(f"{part.metrics[scorer]['ndcg@20']:.4f}" for part in parts)
        print(f"| {scorer.replace('_', ' ')} | {values} |")


def main() -> None:
    """Prints a section for each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("outputs", nargs="+", help="Output folders of `lmmrec run`.")
    print(f"{platform.machine()}, {os.cpu_count()} cores")
    for output in parser.parse_args().outputs:
        folder = OutputFolder(str(Path(output).resolve()))
        report = read_evaluation(folder)
        index = Path(folder.artifact("RetrievalIndexer", "index"), file_names.INDEX_REPORT)
        print(
            f"\n## {folder.config().name}\n\n{report.num_users:,} users with items to be found, "
            f"{report.num_items:,} candidates ({report.num_cold_items:,} without training "
            f"interactions), seed {report.seed}.\n"
        )
        print_table(report)
        print_cold_slices(report)
        recall = json.loads(index.read_text())["verification"]["recall"]
        print(f"\nThe index finds {recall:.2%} of what exact search finds (recall@20).")


if __name__ == "__main__":
    main()
