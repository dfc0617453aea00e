"""The strategy `generate`: a language model writes the motivations down, as JSON."""
