"""How texts become motivations: one file a strategy, and the table of their names."""
