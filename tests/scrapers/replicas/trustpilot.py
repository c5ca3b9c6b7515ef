"""Trustpilot: two businesses, one of them on two pages, in the known layout of `__NEXT_DATA__`."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scrapers.sources.trustpilot import trustpilot

from ..conftest import Answer
from ..replica import Replica

HOST = "https://no.trustpilot.com"
SHOP, OTHER = f"{HOST}/review/butikken.example?languages=no&sort=recency", f"{HOST}/review/kafeen.example?languages=no"


def stated(number: int) -> dict[str, Any]:
    """A review as the page brings it along."""
    return {
        "id": f"65f0c0ffee{number:014d}",
        "filtered": False,
        "isPending": False,
        "text": f"Pakke nummer {number} kom fram i tide.\n\nHyggelig &amp; rask kundeservice.",
        "rating": number % 5 + 1,
        "title": f"Ordre {number}",
        "likes": 0,
        "dates": {"experiencedDate": "2024-04-01T00:00:00.000Z", "publishedDate": "2024-05-17T10:11:12.000Z"},
        "report": None,
        "language": "no",
        "consumer": {"id": "c1", "displayName": "Kari Normann", "countryCode": "NO", "numberOfReviews": 3},
        "reply": {"message": "Hei Kari, takk!", "publishedDate": "2024-05-18T08:00:00.000Z"} if number % 2 else None,
        "labels": {"verification": {"isVerified": True}},
    }


def page(numbers: Sequence[int], following: str = "") -> Answer:
    """A page of these reviews, which has the first of them as JSON-LD too."""
    reviews = [stated(number) for number in numbers]
    unit = {"id": "b1", "displayName": "Butikken", "identifyingName": "butikken.example", "numberOfReviews": 9}
    data = {"props": {"pageProps": {"reviews": reviews, "businessUnit": unit}}, "page": "/review", "buildId": "x"}
    graph = [
        {"@type": "Review", "reviewBody": reviews[0]["text"], "author": {"@type": "Person", "name": "Kari Normann"}}
    ]
    link = f'<a name="pagination-button-next" rel="next" href="{following}">Neste</a>' if following else ""
    return Answer(
        '<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8">'
        f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script></head><body>{link}'
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script></body></html>'.encode()
    )


ANSWERS = {
    SHOP: page(range(5), "/review/butikken.example?languages=no&page=2&sort=recency"),
    f"{HOST}/review/butikken.example?languages=no&page=2&sort=recency": page(range(5, 8)),
    OTHER: page(range(10, 12)),
}
REPLICAS = [
    Replica(
        source=replace(trustpilot, agreement="Trustpilot, 2026-10-01", start=(SHOP, OTHER)),
        answers=ANSWERS,
        data=f"{HOST}/review/butikken.example?languages=no&page=2&sort=recency",
        kept=10,
    ),
]
