"""The strategy `precomputed`: motivations that some language model wrote before, from files."""
