"""Findings about a number and its limits."""

from functools import lru_cache
from typing import Annotated

import msgspec

from cleaning.step import Finding

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]

PART = 100  # characters of a part of the text that a finding shows


def at_least(value: float, least: float, rule: str = "", part: str = "") -> Finding:
    """The finding that `value` was asked to be `least` or more."""
    return Finding(value, _threshold(">=", least), value >= least, rule, part[:PART])


def at_most(value: float, most: float, rule: str = "", part: str = "") -> Finding:
    """The finding that `value` was asked to be `most` or less."""
    return Finding(value, _threshold("<=", most), value <= most, rule, part[:PART])


def between(value: float, least: float, most: float, rule: str = "") -> Finding:
    """The finding that `value` was asked to be from `least` to `most`."""
    threshold = f"{_threshold('>=', least)}, {_threshold('<=', most)}"
    return Finding(value, threshold, least <= value <= most, rule)


@lru_cache(maxsize=1024)
def _threshold(sign: str, limit: float) -> str:
    return f"{sign} {limit:.12g}"


def share(part: float, whole: float) -> float:
    """`part` of `whole`; 0 of nothing."""
    return part / whole if whole else 0.0
