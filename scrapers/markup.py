"""Text out of HTML, as a reader sees it: paragraphs apart, entities resolved, no scripts."""

import html
import re
from collections.abc import Sequence

from bs4 import BeautifulSoup

from scrapers.record import whole

HIDDEN = ("script", "style", "template", "noscript", "iframe", "svg")
LINES = ("br", "dd", "div", "dt", "li", "tr")
PARAGRAPHS = tuple("article aside blockquote dl figure footer h1 h2 h3 h4 h5 h6 header hr ol p pre section table ul".split())
INLINE = tuple("a abbr b big cite code em font i img mark q s small span strong sub sup td th u".split())

# Only what HTML knows: "<3" and "<tittel>" are words of a reviewer.
TAG = re.compile(rf"</?(?:{'|'.join((*HIDDEN, *LINES, *PARAGRAPHS, *INLINE))})(?:\s[^<>]*)?/?>|<!--", re.IGNORECASE)
WHITE_SPACE = re.compile(r"[ \t\r\n\f]+")
ROUNDS = 3  # how many times over sites escape what they write


def plain_text(written: str, leave_out: Sequence[str] = ()) -> str:
    """The text of what a site wrote, in HTML or not, and escaped more than once or not.

    Paragraphs are a blank line apart, lines a line feed. leave_out: CSS selectors of elements that are not text.
    """
    text = whole(written)
    for _ in range(ROUNDS):
        before, text = text, without_tags(text, leave_out) if TAG.search(text) else html.unescape(text)
        if text == before:
            break
    return text.strip()


def without_tags(markup: str, leave_out: Sequence[str] = ()) -> str:
    """The text of a piece of HTML."""
    soup = BeautifulSoup(markup, "lxml")
    for element in soup.select(", ".join((*HIDDEN, *leave_out))):
        element.decompose()
    if soup.find((*LINES, *PARAGRAPHS)):  # otherwise the line feeds are those of a writer who used no tags for them
        for string in soup.find_all(string=WHITE_SPACE):
            string.replace_with(WHITE_SPACE.sub(" ", string))
    for element in soup.find_all((*LINES, *PARAGRAPHS)):
        end = "\n" if element.name in LINES else "\n\n"
        element.insert_before(end)
        element.insert_after("" if element.name == "br" else end)
    lines = (line.strip(" ") for line in soup.get_text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
