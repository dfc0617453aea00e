"""The extraction as a Beam pipeline."""
