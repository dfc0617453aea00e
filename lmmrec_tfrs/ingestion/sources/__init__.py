"""Row sources: files of CSV, JSON lines and Parquet, plain or gzip, read as raw rows."""
