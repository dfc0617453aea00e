"""Models by name: text encoders and causal language models."""
