"""Lines that are no part of what an author wrote: those of a site's template, known by their number or by a list."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec.structs import replace

from cleaning.lines import EXAMPLE, LONG, MARKS, asked, canonical, canonical_lines, load_lines
from cleaning.step import Finding, Rewritten
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

    A line of a template, near an end of `min_documents` documents of the source and of the share `min_share` of them,
    goes from all; where nothing would be left, it stays. A paragraph of 200 characters or more goes from all documents
    but one, paragraphs: whether it does; where half of a document would go, it stays whole, for `dedup` to say which
    one it repeats. lines_url: the file of the lines; without it nothing goes.
    """
    known = load_lines(lines_url).get(document.source, {}) if lines_url else {}
    wanted = f"< {min_documents} documents or < {min_share:g} of its source"

    def judge(lines: Sequence[str]) -> dict[int, Finding]:
        template, repeated, characters = {}, {}, 0
        for line in asked(lines):
            found = known.get(line.digest())
            if found and found.keeper is None:
                template[line.place] = Finding(found.documents, wanted, True)
            elif found and paragraphs and found.keeper != document.id:
                repeated[line.place] = Finding(found.documents, "1 document", True, "repeated_paragraphs")
                characters += len(line.plain)
        return template | repeated if 2 * characters < len(document.text) else template

    return without_lines(document, judge) if known else document


def drop_phrase_lines(
    document: Document, *, phrases: tuple[str, ...] = (), beginnings: tuple[str, ...] = ()
) -> Document | Rewritten:
    """The document without the lines that say one of `phrases` and nothing else, or begin with one of `beginnings`.

    Case and the marks around a line do not matter; a line of 200 characters or more begins with none. A document of
    which nothing would be left is left as it is.
    """
    listed = folded(phrases, beginnings)

    def judge(lines: Sequence[str]) -> dict[int, Finding]:
        said = {place: listed.phrase(line) for place, line in enumerate(lines) if line}
        return {
            place: Finding(phrase, "not in the list", True, part=phrase[:EXAMPLE])
            for place, phrase in said.items()
            if phrase
        }

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


def without_lines(document: Document, judge: Callable[[Sequence[str]], dict[int, Finding]]) -> Document | Rewritten:
    """The document without the lines that `judge` finds, and the findings, with the places of the lines before.

    It stays as it is where nothing would be left, or it is too long to be looked at. judge: gets the lines as
    `canonical` writes them, and gives findings by the places of lines.
    """
    judged = judge(canonical_lines(document.text))
    if not judged:
        return document
    left: list[str] = []
    findings: list[Finding] = []
    start = 0
    for place, line in enumerate(document.text.split("\n")):
        if place in judged:
            part = judged[place].part or line[:EXAMPLE]
            findings.append(replace(judged[place], part=part, start=start, end=start + len(line)))
        else:
            left.append(line)
        start += len(line) + 1
    text = BLANK_LINES.sub("\n\n", "\n".join(left)).strip()
    return Rewritten(replace(document, text=text), tuple(findings)) if text else document


STEPS = (repeated_lines, drop_phrase_lines)
