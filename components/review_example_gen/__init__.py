"""ReviewExampleGen: review data in; events by split, catalogue and quarantine out."""
