"""Pieces of patterns that addresses of all countries share."""

# A word with a capital, with accents, apostrophes and hyphens inside. "d'Azeglio" and "dell'Orso"
# count as one.
CAPITALISED = r"(?:[dDlL]'|dell'|sull')?[A-Z\u00c0-\u00de][\w'.\u00df-\u024f-]*"
# A house number: "17", "5a", "12 B".
HOUSE_NUMBER = r"\d{1,4}(?:/\d{1,3})?(?: ?[a-zA-Z]\b)?(?![\d.:%]*\d|%)"
# ", 10969 Berlin": a continental postal code and its town.
TOWN = rf"(?:,? (?:[A-Z]{{1,2}}-)?\d{{4,5}}(?: {CAPITALISED}){{1,2}})"
