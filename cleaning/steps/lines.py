"""Lines that are no part of what an author wrote: those of a site's template, known by their number or by a list."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec.structs import replace

from cleaning.lines import EXAMPLE, LONG, MARKS, canonical, canonical_lines, key, load_lines
from cleaning.step import Finding, Rewritten
from cleaning.steps.personal_data import masked
from scrapers.record import Document

BLANK_LINES = re.compile(r"\n{3,}")


def repeated_lines(
    document: Document,
    *,
    min_documents: Annotated[int, msgspec.Meta(ge=2)] = 10,
    min_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.001,
    paragraphs: bool = True,
    lines_url: str = "",
) -> Document | Rewritten:
    """The document without the lines that its source repeats, as the corpus itself shows (`cleaning/lines.py`).

    A line of a template, in `min_documents` documents of the source and the share `min_share` of them, goes from all.
    A paragraph of 200 characters or more goes from all documents but one; paragraphs: whether it does. A document of
    which nothing would be left is left as it is: which one it repeats is for `dedup` to say. lines_url: the file of the
    lines; without it nothing goes.
    """
    known = load_lines(lines_url).get(document.source, {}) if lines_url else {}
    asked = f"< {min_documents} documents or < {min_share:g} of its source"

    def judge(line: str) -> Finding | None:
        found = known.get(key(line))
        if found is None or found.keeper == document.id or (found.keeper and not paragraphs):
            return None
        if found.keeper:
            return Finding(found.documents, "1 document", True, "repeated_paragraphs")
        return Finding(found.documents, asked, True)

    return without_lines(document, judge) if known else document


def drop_phrase_lines(
    document: Document, *, phrases: tuple[str, ...] = (), beginnings: tuple[str, ...] = ()
) -> Document | Rewritten:
    """The document without the lines that say one of `phrases` and nothing else, or begin with one of `beginnings`.

    Case and the marks around a line do not matter; a line of 200 characters or more begins with none. A document of
    which nothing would be left is left as it is.
    """
    listed = folded(phrases, beginnings)

    def judge(line: str) -> Finding | None:
        phrase = listed.phrase(line)
        return Finding(phrase, "not in the list", True, part=phrase[:EXAMPLE]) if phrase else None

    return without_lines(document, judge) if phrases or beginnings else document


@dataclass(frozen=True, slots=True)
class Listed:
    """Phrases as lines are compared with them. heads: how the beginnings begin, all of the same length."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    heads: frozenset[str]
    length: int

    def phrase(self, line: str) -> str:
        """The phrase that a canonical line is, or begins with; empty if there is none."""
        if line in self.whole:
            return line
        if line[: self.length] not in self.heads or len(line) >= LONG:
            return ""
        return next(filter(line.startswith, self.beginnings), "")


@lru_cache(maxsize=16)
def folded(phrases: Sequence[str], beginnings: Sequence[str]) -> Listed:
    """The phrases and the beginnings; the last marks of these count, so that "Foto av" does not begin with `Foto:`."""
    openings = tuple(beginning.casefold().lstrip(MARKS) for beginning in beginnings)
    length = min(map(len, openings), default=0)
    heads = frozenset(opening[:length] for opening in openings)
    return Listed(frozenset(map(canonical, (*phrases, *beginnings))), openings, heads, length)


def without_lines(document: Document, judge: Callable[[str], Finding | None]) -> Document | Rewritten:
    """The document without the lines that `judge` finds, and the findings; as it is where nothing would be left.

    judge: gets a line as `canonical` writes it; blank lines it does not get.
    """
    judged = [judge(line) if line else None for line in canonical_lines(document.text)]
    if not any(judged):
        return document
    left: list[str] = []
    findings: list[Finding] = []
    start = 0
    for line, found in zip(document.text.split("\n"), judged, strict=True):
        if found is None:
            left.append(line)
        else:
            part = found.part or masked(line)[0][:EXAMPLE]
            findings.append(replace(found, part=part, start=start, end=start + len(line)))
        start += len(line) + 1
    text = BLANK_LINES.sub("\n\n", "\n".join(left)).strip()
    return Rewritten(replace(document, text=text), tuple(findings)) if text else document


STEPS = (repeated_lines, drop_phrase_lines)
