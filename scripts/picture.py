"""Draws the README's picture: what `lmmrec recommend` prints for a shopper.

python scripts/picture.py --output runs/demo --user SHOPPER --picture docs/images/recommend.svg
"""

import argparse
import io
import os

from rich.console import Console

from tfx_pipeline.command_line.recommend import print_recommendations
from tfx_pipeline.output_folder import OutputFolder


def main() -> None:
    """Writes the picture as SVG."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True, help="The output folder of an `lmmrec run`.")
    parser.add_argument("--user", required=True)
    parser.add_argument("--picture", required=True, help="The SVG file to write.")
    arguments = parser.parse_args()
    console = Console(record=True, width=100, file=io.StringIO())
    folder = OutputFolder(os.path.abspath(arguments.output))
    print_recommendations(folder, [arguments.user], k=3, include_seen=False, console=console)
    console.save_svg(arguments.picture, title=f"lmmrec recommend --output {arguments.output} --k 3")


if __name__ == "__main__":
    main()
