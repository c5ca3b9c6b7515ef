"""Words, lines and sentences of a text, worked out once however many rules ask for them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from cleaning.letters import Finder

REMEMBERED = 4  # texts: consecutive steps look at one document before the next
REMEMBERED_LINES = 256  # most are still there after a step that takes out some
LONG = 50_000  # characters of a text whose lines are not remembered
# Of 500,000 characters, each a token, `gopher_repetition` takes at most 4 s and 400 MB, of prose 0.2 s.
JUDGED = 500_000

# As spaCy's Norwegian tokenizer splits, but for its lists of abbreviations: hyphens, apostrophes and inner full stops
# stay in a word, and so do the full stop of an ordinal or an initial, the apostrophe of a genitive, and what a hyphen
# ties to a quotation; commas, colons and slashes stay in a number. Every other mark is a token, a row of stops one.
# Source: https://github.com/explosion/spaCy/blob/master/spacy/lang/nb/punctuation.py
TOKEN = re.compile(
    r"\w+(?:(?:[-'&+@]|[»”\"]-|\.(?:(?![A-ZÆØÅ])|(?<=[A-ZÆØÅ]\.))|[,:/](?<=\d.)(?=\d))\w+)*"
    r"(?:\.(?:(?<=\d\.)|(?<=\b[A-ZÆØÅ]\.))|'(?<=[sxzSXZ]')|,-(?<=\d,-))?"
    r"|\.\.+|\|+|[^\w\s]"
)
LETTERS = Finder("{}+".format)
# After one of these marks, and what closes a quotation or a bracket, a sentence begins. Not after an ordinal, an
# initial or a row of full stops. Source: spaCy's sentencizer on the tokens above.
SENTENCE_END = re.compile(r"[.!?](?<![\d.]\.)(?<!\b[A-ZÆØÅ]\.)(?!\.)[^\w\s]{0,9}+[^\S\n]++(?=\S)")


def beginning(text: str) -> str:
    """The first `JUDGED` characters of a text, for rules whose time or memory per character is large."""
    return text[:JUDGED]


@lru_cache(maxsize=REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """The tokens of a text in their order, punctuation marks among them, as written."""
    return tuple(chain.from_iterable(map(_remembered if len(text) < LONG else _tokens, text.splitlines())))


def _tokens(line: str) -> list[str]:
    # Nine of ten chunks are a word, or a word and one of these marks: without the expression, in half the time.
    found: list[str] = []
    for chunk in line.split():
        if chunk.isalpha():
            found.append(chunk)
        elif chunk[-1] in ",." and len(chunk) > 2 and chunk[:-1].isalpha():
            found += (chunk[:-1], chunk[-1])
        else:
            found += TOKEN.findall(chunk)
    return found


_remembered = lru_cache(maxsize=REMEMBERED_LINES)(_tokens)


@lru_cache(maxsize=REMEMBERED)
def spelled(text: str) -> tuple[str, ...]:
    """The runs of letters of a text in their order, in lower case: what lists of words are looked up in."""
    return tuple(LETTERS.findall(text.lower()))


@lru_cache(maxsize=REMEMBERED)
def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that are not blank, without the spaces around them."""
    return tuple(filter(None, map(str.strip, text.splitlines())))


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text, which blank lines part, without the spaces around them."""
    return tuple(filter(None, map(str.strip, text.split("\n\n"))))


@lru_cache(maxsize=REMEMBERED)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, without the spaces around them; a line ends one."""
    return lines(SENTENCE_END.sub("\\g<0>\n", text))


def duplicates(parts: Sequence[str]) -> list[str]:
    """Those of the parts that are there before, each time again."""
    seen: set[str] = set()
    if len(parts) == len(set(parts)):
        return []
    return [part for part in parts if part in seen or seen.add(part)]  # type: ignore[func-returns-value]
