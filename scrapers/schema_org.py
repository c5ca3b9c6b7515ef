"""Reviews that a page states for machines: schema.org Review in JSON-LD and microdata."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import extruct
from lxml.etree import LxmlError

from scrapers.record import normalised_rating

NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


class ParseError(Exception):
    """A page does not say what its source says it does."""


@dataclass(frozen=True, slots=True)
class Review:
    """One review as a page states it. key: what the page itself calls it, or None. Nothing of who wrote it."""

    key: str | None
    text: str
    title: str | None
    rating: float | None
    raw_rating: str | None
    published: date | None


def reviews(page: str, url: str, *, worst: float, best: float) -> list[Review]:
    """The reviews on a page, in its order. worst, best: the scale where the page does not name it.

    Raises ParseError where the page cannot be read. Source: https://schema.org/Review
    """
    try:
        return [review(node, worst=worst, best=best) for node in review_nodes(structured_data(page, url))]
    except RecursionError as error:
        raise ParseError("the structured data is nested too deeply") from error


def structured_data(page: str, url: str) -> list[Any]:
    """The microdata and JSON-LD of a page. Raises ParseError on what cannot be read even leniently."""
    try:
        found = extruct.extract(page, base_url=url, syntaxes=["microdata", "json-ld"], uniform=True)
    except (ValueError, LxmlError) as error:
        raise ParseError(f"the structured data is broken: {error}") from error
    return [*found["microdata"], *found["json-ld"]]


def review_nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every node of type Review below `value`, wherever it stands."""
    if isinstance(value, list):
        for item in value:
            yield from review_nodes(item)
    elif isinstance(value, dict):
        if any(re.split("[/#:]", str(kind))[-1] == "Review" for kind in as_list(value.get("@type"))):
            yield value
        else:
            for item in value.values():
                yield from review_nodes(item)


def review(node: Mapping[str, Any], *, worst: float, best: float) -> Review:
    """The review of a schema.org node. Raises ParseError where its rating is not on its scale."""
    text = first_text(node.get("reviewBody")) or first_text(node.get("description")) or ""
    rating, raw = rating_of(first(node.get("reviewRating")), worst=worst, best=best)
    published = first_text(node.get("datePublished"))
    key = first_text(node.get("@id")) or first_text(node.get("id")) or first_text(node.get("url"))
    title = first_text(node.get("name")) or first_text(node.get("headline"))
    return Review(key, text, title, rating, raw, month(published) if published else None)


def rating_of(node: Any, *, worst: float, best: float) -> tuple[float | None, str | None]:
    """The rating from 0 to 1 and as printed: `5`, `"4,5"`, `"5/6"`, with the node's own scale where it names one."""
    values = node if isinstance(node, dict) else {"ratingValue": node}
    raw = first_text(values.get("ratingValue"))
    if not raw:
        return None, None
    numbers = [float(number.replace(",", ".")) for number in NUMBER.findall(raw)]
    low = as_number(values.get("worstRating"), worst)
    high = as_number(values.get("bestRating"), numbers[1] if len(numbers) == 2 and "/" in raw else best)
    try:
        return normalised_rating(numbers[0], worst=low, best=high), raw
    except (ValueError, IndexError) as error:
        raise ParseError(f"the rating {raw!r} cannot be read on the scale {low:g} to {high:g}: {error}") from error


def month(text: str) -> date:
    """The first day of the month of an ISO date: reviews are dated coarsely, so that they lead to nobody."""
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == 7 else text[:10]).replace(day=1)
    except ValueError as error:
        raise ParseError(f"the date {text!r} is not ISO 8601") from error


def as_number(value: Any, default: float) -> float:
    """The number in `value`, comma or point, or `default` where there is none."""
    found = NUMBER.search(first_text(value) or "")
    return float(found.group().replace(",", ".")) if found else default


def as_list(value: Any) -> list[Any]:
    """`value` as a list: itself, or the one thing it is."""
    return value if isinstance(value, list) else [value]


def first(value: Any) -> Any:
    """`value`, or the first of it where it is a list."""
    return next(iter(as_list(value)), None)


def first_text(value: Any) -> str | None:
    """The text of `value` or of the first in it, entities resolved once more; None where there is none.

    What is neither text nor number is none: spelt out, an object could carry a name into the record.
    """
    item = first(value)
    if isinstance(item, dict):
        item = item.get("@value") or item.get("value")
    return html.unescape(str(item)).strip() or None if isinstance(item, str | int | float) else None
