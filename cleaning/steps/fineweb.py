"""The rules that FineWeb adds to those of Gopher and C4: shares of lines that tell prose from lists and from chaff.

Source: Penedo et al. 2024, https://arxiv.org/abs/2406.17557, section 3.6, and
https://github.com/huggingface/datatrove/blob/main/src/datatrove/pipeline/filters/fineweb_quality_filter.py
"""

from cleaning.limits import Share, at_least, at_most, share
from cleaning.published import PUBLISHED
from cleaning.step import Finding, Length
from cleaning.words import duplicates, lines, words
from scrapers.record import Document


def fineweb_quality(
    document: Document,
    *,
    min_line_ends: Share = 0.12,
    ends: str = PUBLISHED.fineweb_line_ends,
    max_short_lines: Share = 0.67,
    short: Length = 30,
    max_duplicate_line_characters: Share = 0.01,
    max_line_breaks: Share = 0.3,
) -> tuple[Finding, ...]:
    """Whether the lines of a text are those of prose, blank ones not counted.

    The shares are: lines that end in one of the characters `ends`, lines of `short` characters or fewer, characters in
    lines that stand in the text before, line breaks to tokens. Source: Penedo et al. 2024, section 3.6.
    """
    rows = lines(document.text)
    again = duplicates(rows)
    short_lines = share(sum(len(row) <= short for row in rows), len(rows))
    repeated = share(sum(map(len, again)), sum(map(len, rows)))
    breaks = share(max(0, len(rows) - 1), len(words(document.text)))
    return (
        at_least(share(sum(row[-1] in ends for row in rows), len(rows)), min_line_ends, "fineweb_line_ends"),
        at_most(short_lines, max_short_lines, "fineweb_short_lines"),
        at_most(
            repeated,
            max_duplicate_line_characters,
            "fineweb_duplicate_line_characters",
            max(again, key=len, default=""),
        ),
        at_most(breaks, max_line_breaks, "fineweb_line_breaks"),
    )


STEPS = (fineweb_quality,)
