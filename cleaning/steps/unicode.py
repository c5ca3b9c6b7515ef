"""Text as Unicode means it: mojibake undone, NFC, no character that nobody sees and that says nothing."""

import re
import unicodedata
from collections.abc import Callable
from itertools import takewhile

import ftfy
from msgspec.structs import replace

from cleaning.composition import composed
from scrapers.record import Document

# What UTF-8 read as Latin-1 or Windows-1252 leaves behind, and Windows-1252 read as Latin-1: dashes and quotes as C1
# controls, in 286 of 39,097 reviews of NoReC. ftfy takes some ms, so it is asked only on suspicion; å, æ, è and é are
# no suspects, as in «på»: the other leading bytes of the scripts that they lead stand beside them.
CONTINUED = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
MOJIBAKE = re.compile(f"[\x80-\x9fÂ-ßàâãäçïð](?:(?<=[\x80-\x9f])|[{CONTINUED}])")
# Repairs the decoding and nothing else: quotes and ligatures are the writer's, and control characters are for
# `normalise`, which does not glue together what they part.
REPAIR = ftfy.TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    remove_terminal_escapes=False,
    normalization=None,
)

BREAK = re.compile("\r\n|[\r\x0b\x85\u2028]")
PARAGRAPH = re.compile("[\x0c\u2029]")
OTHER_SPACE = "\t\x1c-\x1f\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Tags spell the regions of a flag, and nothing else that is seen. Source: UTS #51, Unicode Emoji, Annex C
TAG = "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
TAGS = re.compile(f"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{3,6}}\U000e007f)|[{TAG}]+")
# One selector after what has variants: symbols, digits of keycaps, ideographs. A row of them hides a message.
# Source: https://www.unicode.org/Public/UCD/latest/ucd/StandardizedVariants.txt
SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
SYMBOL = "\u2190-\u2bff\U0001f000-\U0001faff"
VARIED = f"{SYMBOL}0-9#*©®‼⁉™ℹ\u3001\u3002\u3030\u303d\u3297\u3299\u3400-\u9fff\U00020000-\U0003ffff"
STRAY_SELECTOR = re.compile(f"(?<![{VARIED}])[{SELECTOR}]+")
SOFT_HYPHEN = "\u00ad"
HYPHENATED = re.compile(r"(?<=[^\W\d_])\u00ad[^\S\n]*\n[^\S\n]*(?=[^\W\d_])")
# Zero-width characters, marks of direction, which also hide what a reader sees in another order, fillers, annotations,
# controls, lone surrogates and noncharacters.
UNSEEN = (
    "\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
)
NONCHARACTERS = "".join(chr(plane * 0x10000 + end) for plane in range(1, 17) for end in (0xFFFE, 0xFFFF))
INVISIBLE = re.compile(f"[{UNSEEN}{NONCHARACTERS}]+")
# Where a zero-width character shapes what is read: joiners between letters of Arabic, Indic and Mongolian scripts, the
# joiner within an emoji, the space between words of scripts that show none.
# Source: RFC 5892, Appendix A.1 and A.2; UTS #51, Unicode Emoji; UAX #14, class ZW
SHAPED = "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua8ff\uaa60-\uaa7f]{2}"
MEANT = {
    "\u200b": re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{2}"),
    "\u200c": re.compile(SHAPED),
    "\u200d": re.compile(f"{SHAPED}|[{SYMBOL}]{{2}}"),
}
ATTACHED = re.compile(f"[{SELECTOR}{UNSEEN}{NONCHARACTERS}]")
VIRAMA = 9  # combining class of the sign that takes the vowel from a letter; after it a joiner may end the word
MARKS = 8  # the most combining marks and selectors between a letter or symbol and its joiner
# An o with a stroke laid over it, which NFC cannot compose to ø; not in a row of struck-out letters.
SLASHED = re.compile("(?<![\u0335-\u0338])[oO][\u0337\u0338](?!.[\u0335-\u0338])")
# The planes above the emoji as one range: a set of many ranges takes five times as long to search for.
SPECIAL = re.compile(
    f"[\r\x0b\x0c\x85\u2028\u2029\u0337\u0338\ufe00-\ufe0f\U0001fffe-\U0010ffff{SOFT_HYPHEN}{OTHER_SPACE}{UNSEEN}]"
)
OTHER_SPACES = re.compile(r"[^\S \n]+")
SPACES = re.compile("  +")
BLANK_LINES = re.compile(r"\n{3,}")


def repair_encoding(document: Document) -> Document:
    """The document with `Ã¸` and its like read as what they were. Source: https://ftfy.readthedocs.io"""
    return rewritten(document, repaired)


def repaired(text: str) -> str:
    """`text` with UTF-8 that was read as another encoding, once or twice, read as what it was."""
    return ftfy.fix_text(text, REPAIR) if MOJIBAKE.search(text) else text


def normalise(document: Document) -> Document:
    """The document in NFC, without invisible characters, spaces run together, at most one blank line in a row.

    What is invisible and shapes what is read stays: joiners in Persian, in Hindi and in emoji, selectors of variants.
    """
    return rewritten(document, normalised)


def normalised(text: str) -> str:
    """`text` as `normalise` writes it."""
    text = composed(text)
    if SPECIAL.search(text):
        text = OTHER_SPACES.sub(" ", visible(text))
    if "  " in text:
        text = SPACES.sub(" ", text)
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    return (BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()


def visible(text: str) -> str:
    """`text` in NFC without invisible characters, ends of lines as line feeds, o with a stroke laid over it as ø."""
    text = PARAGRAPH.sub("\n\n", BREAK.sub("\n", text))
    text = STRAY_SELECTOR.sub("", TAGS.sub(r"\1", text))
    text = HYPHENATED.sub("", text).replace(SOFT_HYPHEN, "")
    text = composed(INVISIBLE.sub(meant, text))
    return composed(SLASHED.sub(lambda o: "ø" if o[0][0] == "o" else "Ø", text))


def meant(run: re.Match[str]) -> str:
    """What of a run of invisible characters shapes what is read: the first of `MEANT`, where it stands between such."""
    lead, after = run.string[max(0, run.start() - MARKS) : run.start()], run.string[run.end() : run.end() + 1]
    # Marks are passed over, as NFC puts them in another order where what parted them goes.
    marks = list(takewhile(attached, reversed(lead)))
    before = lead[: len(lead) - len(marks)][-1:]
    if VIRAMA in map(unicodedata.combining, marks) or (after and unicodedata.combining(after)):
        after = before
    return next((sign for sign in run[0] if sign in MEANT and MEANT[sign].fullmatch(before + after)), "")


def attached(sign: str) -> bool:
    """Whether a character belongs to the one before it."""
    return bool(unicodedata.combining(sign) or ATTACHED.match(sign))


def rewritten(document: Document, change: Callable[[str], str]) -> Document:
    """The document with its text and title changed."""
    title = change(document.title) if document.title else document.title
    return replace(document, text=change(document.text), title=title or None)


STEPS = (repair_encoding, normalise)
