"""The retrieval index: building it on ScaNN, exporting, loading and verifying it."""
