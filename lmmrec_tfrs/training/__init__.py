"""Training: from vocabularies, pairs and motivations to towers and a SavedModel."""
