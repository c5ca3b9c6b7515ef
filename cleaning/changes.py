"""What the rewriting steps changed in a text, word for word; personal data is shown on neither side."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from cleaning.personal_data.detector import Span
from cleaning.words import REMEMBERED

WORD = re.compile(r"\S+")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST = 1000  # lines, or words, that are compared with as many others; the time taken may grow with the square
CONTEXT = 40  # characters of unchanged text before and after a change
LONGEST = 300  # characters of a change that are shown
HIDDEN = "█████"
PLACEHOLDER = re.compile(r"\[[A-ZÆØÅ_]{2,}\]")
# A sign without which nothing leads to a person, or four digits in a row. Most parts have neither.
PRIVATE = re.compile(r"[@/:(\[]|\w\.\w|(?:[0-9]\W{0,3}){3}[0-9]")
PIECE = re.compile(r"\w+")
ROW = re.compile(rf"{HIDDEN}(?:[^\w█]{{0,3}}{HIDDEN})+")
LEAST_LETTERS = 4  # of a piece of personal data that is hidden wherever it stands: not the "no" of an address


class Change(NamedTuple):
    """A place where a text became another: what stands before it, what went, what came, and what stands after it."""

    before: str
    removed: str
    added: str
    after: str


def changes(raw: str, cleaned: str) -> list[Change]:
    """Where the words of `cleaned` are others than those of `raw`, in order; none where only spaces changed.

    Personal data is `HIDDEN` in both, of whatever kind, and so is all that a placeholder took the place of.
    """
    old, new, found = shown(raw), concealed(cleaned), []
    for i1, i2, j1, j2 in differing(old, new):
        removed, added = old[i1:i2], new[j1:j2]
        placed, found_before = len(PLACEHOLDER.findall(added)), removed.count(HIDDEN)
        if found_before and added and not placed:
            continue  # personal data that is found on one side only, as what stood beside it went
        if removed and found_before < placed:
            removed = HIDDEN
        around = new[max(0, j1 - CONTEXT) : j1], new[j2 : j2 + CONTEXT]
        found.append(Change(around[0], short(removed), short(added), around[1]))
    return found


def shown(raw: str) -> str:
    """`raw` with its personal data hidden.

    Where markup or invisible characters keep some of it from being found whole, it is the text without these.
    """
    # Only here, as a machine that trains lacks what cleaning needs, and what it reports shows no changes of texts.
    from cleaning.personal_data.find import find
    from cleaning.steps.markup import stripped
    from cleaning.steps.unicode import normalised

    plain = normalised(stripped(raw))
    in_raw, in_plain = find(raw), find(plain)
    as_found = [raw[span.start : span.end] for span in in_raw] == [plain[span.start : span.end] for span in in_plain]
    return hidden(raw, in_raw) if as_found else hidden(plain, in_plain)


def concealed(text: str) -> str:
    """`text` with its personal data hidden."""
    from cleaning.personal_data.find import find

    return hidden(text, find(text))


@lru_cache(maxsize=4096)
def concealed_value(value: str) -> str:
    """`value` of a finding with its personal data hidden; the same few come again and again."""
    return concealed(value) if PRIVATE.search(value) else value


def concealed_part(part: str, text: str) -> str:
    """`part`, which a rule made of some of `text`, with the personal data of both hidden.

    A part may be cut off in the middle of a number, or be a few words of it: what only the whole text shows to be
    personal data goes piece by piece.
    """
    if not PRIVATE.search(part):
        return part
    pieces = private_pieces(text)
    if pieces is None:  # as of most texts, which is known without looking at each of their parts
        return part
    part = concealed(part)

    def piece(found: re.Match[str]) -> str:
        word = found[0].casefold()
        may_be_cut = found.end() == len(part) and (len(word) >= LEAST_LETTERS or not word.isalpha())
        at = bisect_left(pieces, word)
        nearest = pieces[at] if at < len(pieces) else ""
        return HIDDEN if nearest == word or (may_be_cut and nearest.startswith(word)) else found[0]

    return ROW.sub(HIDDEN, PIECE.sub(piece, part))


@lru_cache(maxsize=REMEMBERED)
def private_pieces(text: str) -> list[str] | None:
    """What the personal data of a text is made of, sorted: numbers, and words that are not short; None of no data."""
    from cleaning.personal_data.find import find

    spans = find(text)
    if not spans:
        return None
    words = (word for span in spans for word in PIECE.findall(text[span.start : span.end].casefold()))
    return sorted({word for word in words if len(word) >= LEAST_LETTERS or not word.isalpha()})


def hidden(text: str, spans: Iterable[Span]) -> str:
    """`text` with `HIDDEN` for each of the spans, which are in order."""
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], HIDDEN]
        at = span.end
    return "".join([*pieces, text[at:]])


def short(text: str) -> str:
    """`text`, its middle left out where it is longer than `LONGEST` characters."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"


Spans = Iterator[tuple[int, int, int, int]]


def differing(old: str, new: str) -> Spans:
    """Where `old` and `new` differ, as offsets (from, to) in the one and the other: lines first, and words in them."""
    for i1, i2, j1, j2 in compared(tokens(LINE, old), tokens(LINE, new)):
        for k1, k2, m1, m2 in compared(tokens(WORD, old[i1:i2]), tokens(WORD, new[j1:j2])):
            yield i1 + k1, i1 + k2, j1 + m1, j1 + m2


Token = tuple[int, int, str]


def tokens(pattern: re.Pattern[str], text: str) -> list[Token]:
    """The matches of the pattern in the text: from, to, and what is compared."""
    return [(*match.span(), match[0].strip()) for match in pattern.finditer(text)]


def compared(old: Sequence[Token], new: Sequence[Token]) -> Spans:
    """Where the tokens differ; all between their common beginning and end where that is too much to compare."""
    same = 0
    shorter = min(len(old), len(new))
    while same < shorter and old[same][2] == new[same][2]:
        same += 1
    end = 0
    while end < shorter - same and old[-1 - end][2] == new[-1 - end][2]:
        end += 1
    a, b = old[same : len(old) - end], new[same : len(new) - end]
    if not a and not b:
        return
    if max(len(a), len(b)) > MOST:
        blocks = [(0, len(a), 0, len(b))]
    else:
        opcodes = SequenceMatcher(None, [word for *_, word in a], [word for *_, word in b]).get_opcodes()
        blocks = [(i1, i2, j1, j2) for kind, i1, i2, j1, j2 in opcodes if kind != "equal"]
    for i1, i2, j1, j2 in blocks:
        yield *extent(old, same + i1, same + i2), *extent(new, same + j1, same + j2)


def extent(found: Sequence[Token], first: int, after: int) -> tuple[int, int]:
    """From where to where the tokens `first` to `after` reach in the text; where there are none, their place."""
    if first < after:
        return found[first][0], found[after - 1][1]
    at = found[first][0] if first < len(found) else found[-1][1] if found else 0
    return at, at
