"""Text without the HTML that review forms and crawlers leave in it."""

import html
import re

from cleaning.steps.unicode import rewritten
from scrapers.record import Document

# Regular expressions and not a parser, which would read "<3", "a <b og" and "<mellomnavn>" as markup and take out what
# follows: only whole tags of known elements go. An attribute makes a tag of "<b og c>", a lack of one text.
ATTRIBUTES = r"(?:\s[^<>=]*+=[^<>]*+|\s*+/?)>"
BREAKS = (
    r"address|article|aside|blockquote|br|dd|div|dl|dt|footer|h[1-6]|header|hr|li|main|nav|ol|option|p|pre|section|"
    r"table|td|th|tr|ul"
)
INLINE = (
    r"a|abbr|acronym|b|big|body|center|cite|code|del|em|embed|figure|font|form|html|i|iframe|img|input|ins|kbd|label|"
    r"link|mark|meta|noscript|object|picture|q|s|select|small|source|span|strike|strong|sub|sup|svg|tbody|textarea|tfoot|"
    r"thead|time|title|tt|u|video|wbr"
)
HIDDEN = re.compile(
    rf"<!doctype\b[^<>]*+>|<!--(?:(?!<!--).)*?-->|<(script|style|head|iframe|object|svg){ATTRIBUTES}(?:(?!<\1\b).)*?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
BREAK = re.compile(rf"</?(?:{BREAKS}){ATTRIBUTES}", re.IGNORECASE)
ELEMENT = re.compile(rf"</?(?:{INLINE}){ATTRIBUTES}", re.IGNORECASE)
# With the semicolon: in "?a=1&copy=2" there is none.
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)


def strip_markup(document: Document) -> Document:
    """The document with entities resolved, twice where they were escaped twice, and HTML elements taken out.

    Breaks, paragraphs and cells become line feeds; the contents of scripts and styles go.
    """
    return rewritten(document, stripped)


def stripped(text: str) -> str:
    """`text` with entities resolved and HTML elements taken out."""
    for _ in range(2):
        text = ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return ELEMENT.sub("", BREAK.sub("\n", HIDDEN.sub("", text))) if "<" in text else text


STEPS = (strip_markup,)
