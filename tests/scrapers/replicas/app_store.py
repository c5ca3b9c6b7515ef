"""The App Store: an app with three pages, one with a single review, one without, one that is not sold there."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scrapers.sources.app_store import PAGE, address, app_store

from ..conftest import Answer
from ..replica import Replica

MANY, ONE, NONE, ELSEWHERE = "389801252", "310633997", "1052238659", "894649641"


def review(key: int, text: str = "Fin app.", rating: str = "4", **changed: Any) -> dict[str, Any]:
    """A review as the feed has it, with its writer."""
    return {
        "author": {
            "uri": {"label": "https://itunes.apple.com/no/reviews/id638572168"},
            "name": {"label": "Ola Nordmann"},
            "label": "",
        },
        "updated": {"label": "2026-03-31T23:30:00-07:00"},
        "im:rating": {"label": rating},
        "im:version": {"label": "3.4.3"},
        "id": {"label": str(key)},
        "title": {"label": f"Tittel {key}"},
        "content": {"label": text, "attributes": {"type": "text"}},
        "link": {
            "attributes": {"rel": "related", "href": "https://itunes.apple.com/no/review?id=1&type=Purple%20Software"}
        },
        "im:voteSum": {"label": "0"},
        "im:contentType": {"attributes": {"term": "Application", "label": "App"}},
        "im:voteCount": {"label": "0"},
    } | changed


APP_ITSELF = {
    "im:name": {"label": "Kvernappen"},
    "id": {"label": "https://itunes.apple.com/no/app/id1?mt=8&uo=2", "attributes": {"im:id": "1"}},
    "title": {"label": "Kvernappen - Kvern AS"},
    "im:image": [{"label": "https://bilder.example/53.png", "attributes": {"height": "53"}}],
}


def feed(entries: Sequence[Any] | dict[str, Any] | None, number: int, last: int | None, app: str = MANY) -> bytes:
    """A page of a feed. last: None as in a store without the app, where the links lead nowhere."""
    where = {"first": 1, "last": last, "previous": max(1, number - 1), "next": min(last or 0, number + 1)}
    asked = f"customerreviews/page={number}/id={app}/sortby=mostrecent/json"
    links = [
        {"attributes": {"rel": rel, "href": f"https://itunes.apple.com/no/rss/customerreviews/page={page}/id={app}/"
         f"sortby=mostrecent/xml?urlDesc=/{asked}" if last else ""}}
        for rel, page in where.items()
    ]  # fmt: skip
    body = {
        "author": {"name": {"label": "iTunes Store"}, "uri": {"label": "http://www.apple.com/no/itunes/"}},
        **({} if entries is None else {"entry": entries}),
        "updated": {"label": "2026-10-05T11:17:05-07:00"},
        "rights": {"label": "Copyright 2008 Apple Inc."},
        "title": {"label": "iTunes Store: Kundeanmeldelser"},
        "icon": {"label": "http://itunes.apple.com/favicon.ico"},
        "link": [
            {"attributes": {"rel": "alternate", "type": "text/html", "href": "https://music.apple.com/x"}},
            *links,
        ],
        "id": {"label": f"https://itunes.apple.com/no/rss/{asked}"},
    }
    return json.dumps({"feed": body}, ensure_ascii=False).encode()


def lookup(*ratings: int) -> bytes:
    """An answer of the catalogue: the app with so many ratings, or nothing."""
    results = [{"wrapperType": "software", "trackId": 1, "userRatingCount": count} for count in ratings]
    return b"\n\n\n" + json.dumps({"resultCount": len(results), "results": results}).encode()


def catalogue(app: str, country: str = "no") -> str:
    """Where the catalogue tells of an app."""
    return f"https://itunes.apple.com/lookup?id={app}&country={country}"


def some(begin: int, end: int) -> list[dict[str, Any]]:
    """Reviews with texts of their own."""
    return [review(n, f"Nummer {n} går ned når jeg åpner kartet.", str(n % 5 + 1)) for n in range(begin, end)]


REPLICAS = [
    Replica(
        source=replace(app_store, apps=(MANY, ONE, NONE, ELSEWHERE)),
        answers={
            address("no", MANY, 1): Answer(feed([APP_ITSELF, *some(0, PAGE)], 1, 3)),
            address("no", MANY, 2): Answer(feed(some(PAGE, 2 * PAGE), 2, 3)),
            address("no", MANY, 3): Answer(feed(some(2 * PAGE, 2 * PAGE + 7), 3, 3)),
            address("no", ONE, 1): Answer(feed(review(1000, "Einaste omtalen."), 1, 1, ONE)),
            address("no", NONE, 1): Answer(feed([], 1, 1, NONE)),
            catalogue(MANY): Answer(lookup(9000)),
            catalogue(NONE): Answer(lookup(0)),
            catalogue(ELSEWHERE): Answer(lookup()),
        },
        data=address("no", MANY, 1),
        kept=108,
    ),
]
