"""Ingestion: review data as it is published, in; clean events, catalogue and quarantine, out."""
