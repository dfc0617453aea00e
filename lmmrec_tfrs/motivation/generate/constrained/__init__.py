"""Decoding that cannot leave the published schema: grammar, automaton, token table, spans."""
