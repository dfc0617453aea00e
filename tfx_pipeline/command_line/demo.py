"""`lmmrec demo`: the whole pipeline on the bundled sample."""

import importlib.resources
from typing import TYPE_CHECKING

from rich.console import Console

from lmmrec_tfrs.data import columns, example_files
from tfx_pipeline.command_line.fast_imports import fast_imports
from tfx_pipeline.command_line.run import print_summary, run_pipeline
from tfx_pipeline.config import load_config
from tfx_pipeline.output_folder import OutputFolder

if TYPE_CHECKING:
    from tfx_pipeline.command_line.recommend import Recommender

SHOPPERS = 2


def run_demo(output: str, console: Console) -> None:
    """Runs the pipeline on the sample, then recommends to three shoppers with reasons.

    Two have bought and reviewed much; one has bought nothing yet, and is known by a wish-list note
    or a search query.
    """
    with importlib.resources.as_file(
        importlib.resources.files("tfx_pipeline").joinpath("sample") / "data"
    ) as data:
        folder = run_pipeline(load_config("sample"), str(data), output, console)

    with fast_imports("recommending", "pipeline"):
        from tfx_pipeline.command_line.recommend import Recommender, recommendation_table

    recommender = Recommender(folder)
    for user_id in _shoppers(folder, recommender):
        console.print(recommendation_table(user_id, recommender.recommend(user_id, k=3)))
    print_summary(folder, console)
    console.print(
        f"\nMore: lmmrec recommend --output {output} --user USER, lmmrec inspect --output {output}"
    )


def _shoppers(folder: OutputFolder, recommender: "Recommender") -> list[str]:
    """Those with the most texts, whose reasons say most; and the newcomer with the most."""
    motivations = folder.artifact("MotivationExtractor", "motivations")
    owners = example_files.read_owners_by_texts(motivations, columns.USERS)
    ranked = [owner.owner_id for owner in owners]
    newcomers = [user_id for user_id in ranked if user_id not in recommender.seen]
    return [*ranked[:SHOPPERS], *newcomers[:1]]
