"""Google Places: two places, of which one has more reviews than the interface gives, and one without any."""

import json
from dataclasses import replace
from typing import Any

from scrapers.sources.google_places import KEY_FROM, google_places

from ..conftest import Answer, Asked
from ..replica import Replica

KEY = "AIzaSy-not_a_real_key"
PLACES = ("ChIJOfBn8mFuQUYRmh4j019gkn4", "ChIJt-AOOKmhwUcRyyG6Wo81sho", "ChIJs5ydyTiuEmsR0fRSlU0C7k0")


def review(place: str, number: int, **changed: Any) -> dict[str, Any]:
    """A review as the interface has it when all is asked for."""
    text = {"text": f"Maten var god, kelner nummer {number} også.", "languageCode": "no"}
    return {
        "name": f"places/{place}/reviews/ChZDSUhNMG9nS0VJQ0FnSUNYczlTaE93EAE{number}",
        "relativePublishTimeDescription": "for 2 måneder siden",
        "rating": number % 5 + 1,
        "text": text,
        "originalText": text,
        "authorAttribution": {
            "displayName": "Ola Nordmann",
            "uri": "https://www.google.com/maps/contrib/102769995569687190959/reviews",
            "photoUri": "https://lh3.googleusercontent.com/a-/Ola",
        },
        "publishTime": "2026-08-31T21:12:44.926034611Z",
        "flagContentUri": "https://www.google.com/local/review/rap/report?postId=1",
        "googleMapsUri": "https://www.google.com/maps/reviews/data=1",
    } | changed


def place(identifier: str, count: int, ratings: int | None, **changed: Any) -> bytes:
    """A place as the interface has it; it gives five reviews at most, and leaves out what is empty."""
    found = {
        "id": identifier,
        "displayName": {"text": "Kvernkroa", "languageCode": "no"},
        "rating": 4.3,
        **({"userRatingCount": ratings} if ratings else {}),
        **({"reviews": [review(identifier, number) for number in range(count)]} if count else {}),
    }
    return json.dumps(found | changed, ensure_ascii=False).encode()


def address(identifier: str) -> str:
    """Where a place is asked for."""
    return f"https://places.googleapis.com/v1/places/{identifier}?languageCode=no"


def asked_with_key(asked: Asked, body: bytes) -> Answer:
    """The answer to one who has the key; what the interface says to others."""
    if asked.headers.get("X-Goog-Api-Key") == KEY and asked.headers.get("X-Goog-FieldMask"):
        return Answer(body, kind="application/json; charset=UTF-8")
    denied = {
        "error": {"code": 403, "message": "The request is missing a valid API key.", "status": "PERMISSION_DENIED"}
    }
    return Answer(json.dumps(denied).encode(), 403, "application/json; charset=UTF-8")


BODIES = {PLACES[0]: place(PLACES[0], 5, 1247), PLACES[1]: place(PLACES[1], 2, 2), PLACES[2]: place(PLACES[2], 0, None)}
REPLICAS = [
    Replica(
        source=replace(google_places, places=PLACES, agreement="with Google, of 1 October 2026"),
        answers={
            address(identifier): lambda asked, body=body: asked_with_key(asked, body)
            for identifier, body in BODIES.items()
        },
        data=address(PLACES[0]),
        kept=7,
        environment={KEY_FROM: KEY},
        texts=False,
    ),
]
