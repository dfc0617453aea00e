"""Backbones (Keras 2): what places users and items by behaviour, before text joins."""
