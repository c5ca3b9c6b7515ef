"""Text without the HTML that review forms and crawlers leave in it."""

import html
import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

from cleaning.steps.unicode import rewritten
from scrapers.record import Document

# Only elements of HTML: "<3" and "a < b" are text.
ELEMENT = re.compile(
    r"</?(?:a|abbr|article|aside|b|blockquote|body|br|cite|code|div|em|font|h[1-6]|head|hr|html|i|iframe|img|input|li|"
    r"link|meta|object|ol|option|p|pre|q|s|script|section|select|small|span|strike|strong|style|sub|sup|svg|table|tbody|"
    r"td|th|tr|tt|u|ul|video)\b[^<>]*>",
    re.IGNORECASE,
)
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,31});", re.IGNORECASE)
BREAKS = "br, p, div, li, tr, h1, h2, h3, h4, h5, h6, blockquote"


def strip_markup(document: Document) -> Document:
    """The document with entities resolved, twice where they were escaped twice, and HTML elements taken out.

    Breaks and paragraphs become line feeds; the contents of scripts and styles go.
    """
    return rewritten(document, stripped)


def stripped(text: str) -> str:
    """`text` with entities resolved and HTML elements taken out."""
    for _ in range(2):
        if ENTITY.search(text):
            text = html.unescape(text)
    if not ELEMENT.search(text):
        return text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(text, "html.parser")  # which leaves "<3" as it is
    for element in soup.select("script, style, iframe, object, svg"):
        element.decompose()
    for element in soup.select(BREAKS):
        element.insert_after("\n") if element.name == "br" else element.append("\n")
    return soup.get_text()


STEPS = (strip_markup,)
