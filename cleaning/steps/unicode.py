"""Text as Unicode means it: mojibake undone, NFC, nothing invisible."""

import re
import unicodedata
from collections.abc import Callable

import ftfy
from msgspec.structs import replace

from cleaning.language import INVISIBLE
from scrapers.record import Document

# What UTF-8 read as Latin-1 or Windows-1252 leaves behind, and Windows-1252 read as Latin-1: dashes and quotes as C1
# controls, in 286 of 39,097 reviews of NoReC. ftfy is slow, so it is asked only on suspicion.
MOJIBAKE = re.compile("[\x80-\x9f]|[ÂÃÅâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡-¿]|ï¿½")
# Repairs the decoding and nothing else: quotes and ligatures are the writer's.
REPAIR = ftfy.TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    fix_line_breaks=False,
    normalization=None,
)
SPACES = re.compile(r"[^\S\n]+")
EDGES = re.compile(r" *\n *")
BLANK_LINES = re.compile(r"\n{3,}")


def repair_encoding(document: Document) -> Document:
    """The document with `Ã¸` and its like read as what they were. Source: https://ftfy.readthedocs.io"""
    return rewritten(document, lambda text: ftfy.fix_text(text, REPAIR) if MOJIBAKE.search(text) else text)


def normalise(document: Document) -> Document:
    """The document in NFC, without invisible characters, spaces run together, at most one blank line in a row."""
    return rewritten(document, normalised)


def normalised(text: str) -> str:
    """`text` in NFC, without invisible characters, spaces run together, at most one blank line in a row."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = unicodedata.normalize("NFC", text)
    text = EDGES.sub("\n", SPACES.sub(" ", text))
    return BLANK_LINES.sub("\n\n", text).strip()


def rewritten(document: Document, change: Callable[[str], str]) -> Document:
    """The document with its text and title changed."""
    title = change(document.title) if document.title else document.title
    return replace(document, text=change(document.text), title=title or None)


STEPS = (repair_encoding, normalise)
