"""How well motivations are read: a module for each part of `benchmarks/extraction.py`."""
