"""Text of a whole web page: what its author wrote, without menus, footers and the words of others around it."""

import logging
import re
from itertools import islice
from typing import Literal

from lxml.html import HtmlElement
from msgspec.structs import replace

from cleaning.steps.markup import BREAK, stripped
from scrapers.record import Document

# What opens a page. A review that holds "<br />", or speaks of "<body>", is none.
PAGE = re.compile(
    r"[\s\ufeff]*+(?:<\?xml[^<>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
BLOCKS = 3  # tags of paragraphs and the like that a page has at least
# trafilatura takes up to 0.8 s for 20,000 tags, of seven hostile kinds, and 2.3 s for 100,000 line breaks. In a page
# nested deeper than 254 elements libxml2 finds no main text.
MOST_CHARACTERS, MOST_TAGS = 2_000_000, 20_000
# Quadratic in the attributes of one tag, libxml2 and trafilatura take 2 s for 20,000 and 12 s for 50,000.
MOST_ATTRIBUTES = 500
ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>]*+))?"""
# As libxml2 reads it: what looks like a tag in a comment, in a script or in a quoted value is none.
TAG = re.compile(
    r"<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+)|"
    r"<(?:(script|style|title|textarea|xmp|iframe|noembed|noframes)(?=[\s/>])|[a-z][^\s/>]*+)"
    rf"(?P<attributes>(?:{ATTRIBUTE})*+)(?(1)[^<]*+(?:<(?!/\1)[^<]*+)*+)",
    re.IGNORECASE | re.ASCII,
)
UNREADABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")  # libxml2 ends the page at the first NUL

Focus = Literal["balanced", "precision", "recall"]

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without text


def extract_html(document: Document, *, focus: Focus = "balanced", comments: bool = False) -> Document:
    """The document with the main text of the page, where its text is a whole HTML page; others are left as they are.

    A paragraph is a line. The title is the page's own, where the document has none. Where no main text is found, or the
    page is too large, it is all the text of the page. focus: whether more text or fewer menus matter. comments: whether
    those of readers are text. Source: trafilatura, https://aclanthology.org/2021.acl-demo.15
    """
    if "<" not in document.text or not is_page(document.text):
        return document
    text, title = main_text(document.text, focus, comments)
    return replace(document, text=text or stripped(document.text).strip(), title=document.title or title)


def is_page(text: str) -> bool:
    """Whether `text` is a whole HTML page: it begins as one, and has paragraphs."""
    return bool(PAGE.match(text)) and len(list(islice(BREAK.finditer(text), BLOCKS))) == BLOCKS


def main_text(page: str, focus: Focus, comments: bool) -> tuple[str, str | None]:
    """The main text of an HTML page, and its title; empty where there is none, or the page is too large."""
    if len(page) > MOST_CHARACTERS or page.count("<") > MOST_TAGS:
        return "", None
    page = UNREADABLE.sub("", page)
    if most_attributes(page) > MOST_ATTRIBUTES:
        return "", None
    import trafilatura  # here, as it takes 0.2 s to import, and most corpora hold no pages

    tree = trafilatura.load_html(page)
    if tree is None:
        return "", None
    # What it drops as a duplicate depends on what it has seen before: never.
    text = trafilatura.extract(
        tree,
        deduplicate=False,
        include_comments=comments,
        favor_precision=focus == "precision",
        favor_recall=focus == "recall",
    )
    return text or "", title_of(tree)


def most_attributes(page: str) -> int:
    """How many attributes a tag of an HTML page has at most, counted where it is long enough for too many."""
    found = (match["attributes"] or "" for match in TAG.finditer(page))
    long = (attributes for attributes in found if len(attributes) > MOST_ATTRIBUTES)
    return max((len(re.findall(ATTRIBUTE, attributes, re.ASCII)) for attributes in long), default=0)


def title_of(tree: HtmlElement) -> str | None:
    """The title that a page states, for those who share it first."""
    stated = tree.xpath("string(//meta[@property='og:title']/@content)") or tree.xpath("string(//title)")
    return " ".join(stated.split()) or None


STEPS = (extract_html,)
