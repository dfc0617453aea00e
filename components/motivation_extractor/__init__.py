"""Reads motivations out of the training reviews and the catalogue."""
