"""The names of the files that lie beside the records in an artifact, in one place."""

INGESTION_REPORT = "ingestion_report.json"
EXTRACTION_REPORT = "extraction_report.json"
TAXONOMY = "taxonomy.yaml"
TRAINING_REPORT = "training_report.json"
INDEX_REPORT = "index_report.json"
METRICS = "metrics.json"
