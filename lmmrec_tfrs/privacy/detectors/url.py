"""Addresses of web pages: with a scheme, with "www.", or bare; and of servers."""

import re
from collections.abc import Iterator

from lmmrec_tfrs.privacy.config import Kind

_TAIL = r"(?:[^\s<>\"'\[\]]*[^\s<>\"'\[\].,;:!?)*_])?"
_SCHEME = re.compile(rf"(?:h(?:tt|xx)ps?|ftp|steam)://{_TAIL}", re.IGNORECASE)
_WWW = re.compile(rf"(?<!\w)www\d?\.(?=[^\W_]){_TAIL}", re.IGNORECASE)
_SERVER = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}:\d{2,5}\b")
_HOST = re.compile(
    r"(?<![\w@.-])(?:[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?\.){0,5}[A-Z0-9-]{1,63}$", re.I
)
_MAX_HOST = 160
# A space is often missing after a full stop ("joga.eu gosto", "it.gg"), so a bare domain must end
# in one of the endings that no language uses as a word.
_SURE = r"com|net|org|info|edu|io|tv|co\.uk|org\.uk|com?\.[a-z]{2}"
_ENDING = re.compile(rf"\.(?:{_SURE})(?![\w@-]|\.\w)", re.IGNORECASE)
# With a path behind it many more endings are sure; a path of digits is a score ("balls.com/10").
_ENDING_AND_PATH = re.compile(
    rf"\.(?:{_SURE}|gg|ly|be|me|gl|cc|to|co|eu|de|fr|it|es|uk|ca|au|us|nl|br|cl|ch|at|jp|se|no|pl|"
    rf"ru|app|dev|xyz|shop|blog)(?::\d+)?/(?!\d+\b)(?=[\w~@?#]){_TAIL}",
    re.IGNORECASE,
)
_HINT = re.compile(r"\.[a-z0-9][a-z0-9]", re.IGNORECASE)


class UrlDetector:
    """Finds addresses of web pages and servers.

    >>> sorted(set(UrlDetector().find("see www.example.com/me, or example.org")))
    [(4, 19), (4, 22), (27, 38)]
    """

    kind: Kind = "url"

    def __init__(self, public_domains: tuple[str, ...] = ()) -> None:
        """Args: public_domains: bare domains that are not masked."""
        self._public = frozenset(domain.lower() for domain in public_domains)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yields (start, end) of each address."""
        if "://" in text:
            yield from (match.span() for match in _SCHEME.finditer(text))
        if not _HINT.search(text):
            return
        for pattern in (_WWW, _SERVER):
            yield from (match.span() for match in pattern.finditer(text))
        for pattern in (_ENDING_AND_PATH, _ENDING):
            for ending in pattern.finditer(text):
                host = _HOST.search(text, max(0, ending.start() - _MAX_HOST), ending.start())
                if host is None:
                    continue
                start, end = host.start(), ending.end()
                if pattern is _ENDING_AND_PATH or text[start:end].lower() not in self._public:
                    yield start, end
