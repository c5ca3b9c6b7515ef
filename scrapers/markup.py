"""Text out of HTML, as a reader sees it: paragraphs apart, entities resolved, no scripts."""

import html
import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup
from bs4.element import CData, NavigableString, Tag

from scrapers.record import whole

HIDDEN = frozenset(("iframe", "noscript", "script", "style", "svg", "template"))
LINES = frozenset(("dd", "div", "dt", "li", "tr"))
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SECTIONS = ("article", "aside", "blockquote", "figure", "footer", "header", "hr", "p", "pre", "section")
PARAGRAPHS = frozenset((*HEADINGS, *SECTIONS, "dl", "ol", "table", "ul"))
PHRASES = ("a", "abbr", "b", "big", "br", "cite", "code", "em", "font", "i", "img", "mark", "q", "s", "small", "span")
INLINE = frozenset((*PHRASES, "strong", "sub", "sup", "td", "th", "u"))

# Only what HTML knows: "<3" and "<tittel>" are words of a reviewer.
TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(HIDDEN | LINES | PARAGRAPHS | INLINE))})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE
)
LAYOUT = re.compile(rf"<(?:br|{'|'.join(sorted(LINES | PARAGRAPHS))})\b", re.IGNORECASE)
BETWEEN = {"br": "\n", "td": " ", "th": " "}
LINE, PARAGRAPH = "\x1e", "\x1d"  # ends of elements, told from line feeds until all is together
WHITE = re.compile(f"[ \t\r\f{LINE}{PARAGRAPH}]+")
WHITE_OR_FEED = re.compile(f"[ \n\t\r\f{LINE}{PARAGRAPH}]+")
GAP = re.compile(f" ?[\n{LINE}{PARAGRAPH}][ \n{LINE}{PARAGRAPH}]*")
ROUNDS = 3  # how many times over sites escape what they write


def plain_text(written: str, leave_out: Sequence[str] = ()) -> str:
    """The text of what a site wrote, in HTML or not, and escaped more than once or not.

    Paragraphs are a blank line apart, lines a line feed. leave_out: CSS selectors of elements that are not text.
    """
    text: str = whole(written)
    for _ in range(ROUNDS):
        before, text = text, without_tags(text, leave_out) if TAG.search(text) else html.unescape(text)
        if text == before:
            break
    return text.strip()


def without_tags(markup: str, leave_out: Sequence[str] = ()) -> str:
    """The text of a piece of HTML. Line feeds in it are spaces, unless its writer used no tags for lines."""
    soup = BeautifulSoup(markup, "lxml")
    for element in soup.select(", ".join(leave_out)) if leave_out else ():
        element.decompose()
    white = WHITE_OR_FEED if LAYOUT.search(markup) else WHITE
    text: str = re.sub(" +", " ", "".join(pieces(soup, white)))
    return GAP.sub(gap, text).strip()


def pieces(element: Tag, white: re.Pattern[str]) -> Iterator[str]:
    """The strings in an element, with a mark where a line or a paragraph begins or ends. However deep it is nested."""
    opened = [("", iter(element.contents))]
    while opened:
        child = next(opened[-1][1], None)
        if child is None:
            yield opened.pop()[0]
        elif isinstance(child, Tag):
            edge = PARAGRAPH if child.name in PARAGRAPHS else LINE if child.name in LINES else ""
            yield BETWEEN.get(child.name, edge)
            opened.append((edge, iter(() if child.name in HIDDEN else child.contents)))
        elif type(child) in (NavigableString, CData):  # others are comments and declarations
            yield white.sub(" ", str(child))


def gap(found: re.Match[str]) -> str:
    """What parts two lines: as much as the strongest of what stands between them."""
    return "\n\n" if PARAGRAPH in found[0] or found[0].count("\n") > 1 else "\n"
