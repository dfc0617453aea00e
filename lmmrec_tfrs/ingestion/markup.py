"""Text as people wrote it: HTML out, several fields into one."""

import html
import re

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->", re.DOTALL)
_SPACE = re.compile(r"\s+")
_DANGLING = " ,:;-\u2013\u2014|/"
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def clean_markup(text: str) -> str:
    """Drops HTML tags, resolves entities and collapses white space.

    >>> clean_markup("Great &amp; small<br />works")
    'Great & small works'
    """
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return _SPACE.sub(" ", text).strip()


def join_sentences(*parts: str) -> str:
    """Joins texts, with a full stop after each that ends without punctuation.

    >>> join_sentences("Five Stars", "", "Nice present")
    'Five Stars. Nice present'
    """
    present = [part.strip() for part in parts if part.strip()]
    ended = [part if part[-1] in ".!?…:;," else f"{part}." for part in present[:-1]]
    return " ".join([*ended, *present[-1:]])


def template_columns(template: str) -> tuple[str, ...]:
    """The columns that a template names.

    >>> template_columns("{title}. {body}")
    ('title', 'body')
    """
    return tuple(_PLACEHOLDER.findall(template))


def fill_template(template: str, values: dict[str, str]) -> str:
    """Fills a template; what an absent value leaves behind at either end is trimmed.

    >>> fill_template("{title}. {body}", {"title": "", "body": "Fits well"})
    'Fits well'
    >>> fill_template("{title}. {body}", {"title": "", "body": ""})
    ''
    """
    names = template_columns(template)
    if not any(values.get(name) for name in names):
        return ""
    filled = _PLACEHOLDER.sub(lambda match: values.get(match.group(1), ""), template)
    filled = _SPACE.sub(" ", filled).strip()
    if names and not values.get(names[0]):
        filled = filled.lstrip(f"{_DANGLING}.")
    if names and not values.get(names[-1]):
        filled = filled.rstrip(_DANGLING)
    return filled
