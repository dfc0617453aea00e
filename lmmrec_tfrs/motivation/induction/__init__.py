"""Inducing a taxonomy from a corpus, without labels."""
