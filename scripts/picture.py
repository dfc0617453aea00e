"""Draws the README's picture: what `lmmrec recommend` prints for a shopper.

python scripts/picture.py --output runs/demo --user SHOPPER --picture docs/images/recommend.svg
"""

import argparse
import io
import os
import re
from pathlib import Path

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
    title = f"lmmrec recommend --output {arguments.output} --user {arguments.user} --k 3"
    # The fonts that rich refers to lie on another server: a viewer's own monospace font will do.
    picture = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title=title), flags=re.S)
    Path(arguments.picture).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
