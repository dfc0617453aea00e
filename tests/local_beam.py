"""Beam pipelines on the runner that `lmmrec run` uses on one machine."""

import apache_beam as beam

from tfx_pipeline.beam_arguments import LOCAL_ARGUMENTS


def local_pipeline():
    """A pipeline that runs at the end of its `with` block."""
    return beam.Pipeline(argv=list(LOCAL_ARGUMENTS))
