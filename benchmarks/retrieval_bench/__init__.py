"""The retrieval benchmark's parts: data, cells, tuning, statistics, tables; see `retrieval.py`."""
