"""The part of Google Play that tells of the reviews of an app: batchexecute for themselves, details for their number.

Source: google-play-scraper 1.2.7, constants/request.py (Formats.Reviews) for the request, constants/element.py
(ElementSpecs) for the places of the fields, constants/regex.py for what surrounds them in a page.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final
from urllib.parse import parse_qs

from scrapers.demo_site.content import Review

MOST_ROWS: Final = 150
REVIEWS_CALL: Final = "oCPfdb"


class PlayRequestError(ValueError):
    """A request that is not the reviews call of batchexecute."""


def answer(apps: Mapping[str, Sequence[Review]], body: str) -> str:
    """The body of the answer to a form `body`; an unknown app has a null payload. Raises PlayRequestError."""
    app, count, token, score = _read(body)
    if app not in apps:
        return _envelope(None)
    rows = sorted(apps[app], key=lambda review: (review.published, review.key), reverse=True)
    rows = [review for review in rows if score in (None, review.rating)]
    start = _offset(token, app, len(rows)) if token else 0
    end = min(len(rows), start + min(count, MOST_ROWS))
    following = _token(app, end) if end < len(rows) else None
    payload: list[Any] = [[_row(review) for review in rows[start:end]]]
    # Play ends with [null, token] and one thing more; of the last page there is no token to read.
    payload += [[None, following], None] if following else [None]
    return _envelope(json.dumps(payload, ensure_ascii=False))


def details(apps: Mapping[str, Sequence[Review]], app: str) -> str | None:
    """The page on an app, as far as it tells its name and how many reviews it has; None for an unknown app."""
    if app not in apps:
        return None
    facts: list[Any] = [None] * 52
    facts[0] = [apps[app][0].product_name]
    facts[51] = [None, None, [None, len(apps[app])], [None, len(apps[app])]]
    data = json.dumps([None, [None, None, facts]], ensure_ascii=False).replace("<", "\\u003c")
    script = f"AF_initDataCallback({{key: 'ds:5', hash: '1', data:{data}, sideChannel: {{}}}});"
    return f"<!doctype html><title>{app}</title><script>{script}</script>"


def _read(body: str) -> tuple[str, int, str | None, int | None]:
    """App id, number of rows, continuation token and score asked for."""
    try:
        calls = json.loads(parse_qs(body)["f.req"][0])
        name, inner = calls[0][0][0], json.loads(calls[0][0][1])
        _, _, paging, *_, filters = inner[1]
        app, count = inner[2][0], int(paging[0])
        token = paging[2] if len(paging) > 2 else None
        score = filters[1] if isinstance(filters, list) and len(filters) > 1 else None
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise PlayRequestError(f"not a batchexecute call for reviews: {body[:200]!r}") from error
    if name != REVIEWS_CALL or not isinstance(app, str) or count < 1:
        raise PlayRequestError(
            f"expected {REVIEWS_CALL}, an app id and a count of at least 1, got {name}, {app}, {count}"
        )
    return app, count, token, score


def _token(app: str, offset: int) -> str:
    return urlsafe_b64encode(f"{app}:{offset}".encode()).decode().rstrip("=")


def _offset(token: str, app: str, size: int) -> int:
    try:
        named, _, offset = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().rpartition(":")
        if named == app and 0 < int(offset) < size:
            return int(offset)
    except ValueError as error:
        raise PlayRequestError(f"continuation token {token!r} was not issued here") from error
    raise PlayRequestError(f"continuation token {token!r} was not issued for {app}")


def _row(review: Review) -> list[Any]:
    moment = datetime.combine(review.published, time(12, len(review.text) % 60), UTC)
    picture = [None, 2, None, [None, None, f"https://bilder.kvern.example/{review.key[:8]}.png"]]
    version = f"{review.rating}.{review.published.month}.{review.published.day}"
    return [
        review.key,
        [review.author, picture],
        review.rating,
        None,
        review.text,
        [int(moment.timestamp()), 0],
        len(review.text) % 7,
        None,
        None,
        None,
        version if review.published.day % 4 else None,
    ]


def _envelope(payload: str | None) -> str:
    answer = [["wrb.fr", REVIEWS_CALL, payload, None, None, None, "generic"], ["di", 42], ["af.httprm", 42, "1", 7]]
    return ")]}'\n\n" + json.dumps(answer, ensure_ascii=False)
