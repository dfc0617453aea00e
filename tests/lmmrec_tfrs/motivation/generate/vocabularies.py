"""Small vocabularies that can write anything."""

from lmmrec_tfrs.motivation.generate.constrained.token_table import TokenTable

_LONGER = (
    b'{"',
    b'":',
    b' ["',
    b'["',
    b" [",
    b" []",
    b'", "',
    b'"]',
    b'"],',
    b"facts",
    b"need",
    b"needs",
    b" {",
    b' {"',
    b"motiv",
    b"motivation",
    b"see",
    b"seeks",
    b" the",
    b"the",
    b" wedding",
    b"we",
    b"wed",
    b"ding",
    b'\\"',
    b"\\n",
    b"\\u",
    b"\xc3\xa9",
    b"\xf0\x9f",
    b"0.",
    b"  ",
    b"a" * 12,
)


def byte_table(longer: bool = True) -> TokenTable:
    """Every byte, and some longer tokens; the first token is never written."""
    tokens = [b"", *(bytes([byte]) for byte in range(256))]
    return TokenTable([*tokens, *_LONGER] if longer else tokens)
