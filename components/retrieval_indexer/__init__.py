"""The TFX component that builds, gates and exports the retrieval index."""
