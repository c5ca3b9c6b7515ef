"""Google Play: an app with three pages of reviews, and one with a single page.

Source: google-play-scraper 1.2.7, constants/element.py and features/reviews.py
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from scrapers.sources.google_play import google_play

from ..conftest import MISSING, Answer, Asked
from ..replica import Replica

STORE = "https://play.google.com"
PATH = "/_/PlayStoreUi/data/batchexecute?hl=no&gl=no"
APP = "no.kvern.demo.app"
MIDNIGHT = int(datetime(2024, 5, 1, tzinfo=UTC).timestamp())

Pages = Mapping[tuple[str, str | None], bytes]


def row(key: str, text: Any = "Fin app.", score: Any = 4, at: Any = MIDNIGHT) -> list[Any]:
    """A review as the store sends it, with its writer and the developer's reply."""
    picture = [None, 2, None, [None, None, "https://bilder.example/Ola.png"]]
    reply = ["Utvikler Hansen", "Takk, Ola Nordmann!", [at, 0]]
    return [key, ["Ola Nordmann", picture], score, None, text, [at, 0], 3, reply, None, None, "1.2"]


def envelope(rows: Sequence[Any] | None, token: str | None = None) -> bytes:
    """An answer with a page of reviews; with none for an app, or a token, that the store does not know."""
    payload = None if rows is None else json.dumps([rows, [None, token], None] if token else [rows, None])
    return b")]}'\n\n" + json.dumps([["wrb.fr", "oCPfdb", payload, None, None, None, "generic"], ["di", 42]]).encode()


def details(reviews: int | None, name: Any = "Kvernappen") -> bytes:
    """The page on an app. An app with few ratings shows no count."""
    facts: list[Any] = [None] * 60
    facts[0] = [name]
    facts[51] = None if reviews is None else [["4,1", 4.1], None, [None, 9 * reviews], [None, reviews]]
    script = "AF_initDataCallback({{key: '{}', hash: '1', data:{}, sideChannel: {{}}}});</script>"
    blocks = [("ds:4", [["USD"]]), ("ds:5", [None, [None, None, facts]])]
    scripts = [f"<script nonce='x'>{script.format(key, json.dumps(data))}" for key, data in blocks]
    return f"<!doctype html><html><head><title>Kvern</title>{''.join(scripts)}</head></html>".encode()


def asked_for(asked: Asked) -> tuple[str, str | None]:
    """The app and the token that are asked for."""
    call = json.loads(json.loads(parse_qs(asked.body.decode())["f.req"][0])[0][0][1])
    paging = call[1][2]
    return call[2][0], paging[2] if len(paging) > 2 else None


def post(pages: Pages, asked: Asked) -> Answer:
    """What the store answers to a posted question, by app and token."""
    if asked.method != "POST":
        return MISSING
    return Answer(pages.get(asked_for(asked), envelope(None)), kind="application/json")


def address(app: str) -> str:
    """Where the page on an app lies."""
    return f"{STORE}/store/apps/details?id={app}&hl=no&gl=no"


def some(begin: int, end: int) -> list[list[Any]]:
    """Reviews with texts of their own."""
    return [
        row(f"gp:{n}", f"Appen er grei, men nummer {n} krasjer når eg opnar kartet.", n % 5 + 1)
        for n in range(begin, end)
    ]


PAGES = {
    (APP, None): envelope(some(0, 40), "CsEBCr4B_1"),
    (APP, "CsEBCr4B_1"): envelope([*some(38, 40), *some(40, 80)], "CsEBCr4B_2="),
    (APP, "CsEBCr4B_2="): envelope([]),
    ("no.kvern.demo.ny", None): envelope([row("gp:ny")]),
}
REPLICAS = [
    Replica(
        source=replace(google_play, apps=(APP, "no.kvern.demo.ny")),
        answers={
            f"{STORE}{PATH}": lambda asked: post(PAGES, asked),
            address(APP): Answer(details(130)),
            address("no.kvern.demo.ny"): Answer(details(None)),
        },
        data=f"{STORE}{PATH}",
        kept=81,
    ),
]
