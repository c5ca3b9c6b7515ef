"""What the rewriting steps changed in a text, word for word; personal data is shown on neither side."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from cleaning.personal_data.detector import Span

WORD = re.compile(r"\S+")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
MOST = 1000  # lines, or words, that are compared with as many others; the time taken may grow with the square
CONTEXT = 40  # characters of unchanged text before and after a change
LONGEST = 300  # characters of a change that are shown
HIDDEN = "█████"
PLACEHOLDER = re.compile(r"\[[A-ZÆØÅ_]{2,}\]")


class Change(NamedTuple):
    """A place where a text became another: what stands before it, what went, what came, and what stands after it."""

    before: str
    removed: str
    added: str
    after: str


def changes(raw: str, cleaned: str) -> list[Change]:
    """Where the words of `cleaned` are others than those of `raw`, in order; none where only spaces changed.

    Personal data in `raw` is `HIDDEN`, and so is all that a placeholder took the place of.
    """
    old, found = shown(raw), []
    for i1, i2, j1, j2 in differing(old, cleaned):
        removed, added = old[i1:i2], cleaned[j1:j2]
        placed, found_before = len(PLACEHOLDER.findall(added)), removed.count(HIDDEN)
        if found_before and added and not placed:
            continue  # personal data that the profile does not mask
        if removed and found_before < placed:
            removed = HIDDEN
        around = cleaned[max(0, j1 - CONTEXT) : j1], cleaned[j2 : j2 + CONTEXT]
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
