"""The strategy `score`: how likely a language model finds each motivation."""
