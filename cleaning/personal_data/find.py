"""Where in a text the personal data stands."""

import re
from collections.abc import Collection, Iterable
from typing import get_args

from cleaning.personal_data import internet, money, national_id, phone
from cleaning.personal_data.detector import NO_ONES, TAKEN, Detector, Kind, Span

KINDS: tuple[Kind, ...] = get_args(Kind)

# The surest first: what one found, those after it do not see.
ANYWHERE: tuple[Detector, ...] = (internet.emails, internet.handles, internet.named_handles, internet.pages)
AT_NUMBERS: tuple[Detector, ...] = (
    money.ibans,
    national_id.norwegian,
    national_id.dated,
    national_id.finnish,
    money.cards,
    money.norwegian,
    internet.ipv4,
    internet.ipv6,
    phone.international,
    money.named,
    national_id.nordic,
    phone.trunk,
    phone.eight_digits,
    phone.called,
)
# Six digits, four numbers with dots between, or a part of an IPv6 address. Most texts have none.
BETWEEN = r"[^\w\n]?[^\w\n]?[0-9]"
NUMBER = re.compile(rf"[0-9](?<![0-9][0-9])(?:{BETWEEN * 5}(?:{BETWEEN})*|[0-9]{{0,2}}(?:\.[0-9]{{1,3}}){{3}})")
IPV6 = re.compile(r":[0-9A-Fa-f]{1,4}:")
MARGIN = 64  # characters around a number, more than any detector looks at


def find(text: str, kinds: Collection[Kind] = KINDS) -> list[Span]:
    """The personal data of these kinds in the text, in order; no two spans overlap.

    What is of another kind is looked for as well, so that a part of an account number is no telephone number. Names are
    found by `cleaning.personal_data.names`.
    """
    found = found_in(text, 0, len(text), ANYWHERE)
    left = blanked(text, found)
    for start, end in around_numbers(left):
        found += found_in(left, start, end, AT_NUMBERS)
    return sorted(span for span in found if span.kind in kinds)


def around_numbers(text: str) -> list[tuple[int, int]]:
    """The parts of the text that have a number that may be of a kind, with what stands around it."""
    parts: list[tuple[int, int]] = []
    places = [match.span() for pattern in (NUMBER, IPV6) for match in pattern.finditer(text)]
    for first, last in sorted(places):
        start, end = max(0, first - MARGIN), min(len(text), last + MARGIN)
        if parts and start <= parts[-1][1]:
            start, end = parts[-1][0], max(end, parts.pop()[1])
        parts.append((start, end))
    return parts


def found_in(text: str, start: int, end: int, detectors: Iterable[Detector]) -> list[Span]:
    """What the detectors find in a part of the text, each where those before it found nothing, in order."""
    part, found = text[start:end], []
    for detect in detectors:
        spans = sorted(detect(part))
        part = blanked(part, spans)
        found += [Span(span.start + start, span.end + start, span.kind) for span in spans]
    return sorted(found)


def blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with the spans blanked; they are in order and do not overlap."""
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], (TAKEN if span.kind else NO_ONES) * (span.end - span.start)]
        at = span.end
    return "".join([*pieces, text[at:]]) if pieces else text
