"""Reviews from Google Play: google-play-scraper's request format and field paths behind our own transport.

The library's transport is not used: importing it switches off TLS verification for all of urllib in the process, and
it takes every error for the end of the reviews.
"""

import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from scrapers.fetch import Fetcher
from scrapers.record import Document, Reserved, document_id, normalised_rating, now
from scrapers.source import CollectError, Collecting, Source

verified = ssl._create_default_https_context
from google_play_scraper import Sort  # noqa: E402
from google_play_scraper.constants.element import ElementSpecs  # noqa: E402
from google_play_scraper.constants.regex import Regex  # noqa: E402
from google_play_scraper.constants.request import PLAY_STORE_BASE_URL, Formats  # noqa: E402

ssl._create_default_https_context = verified  # what the import above put `unverified` in the place of

RATE_LIMITED = "com.google.play.gateway.proto.PlayGatewayError"
# The reviewer's name and picture are never read.
FIELDS = ("reviewId", "content", "score")
PAGE = 150


@dataclass(frozen=True, kw_only=True)
class GooglePlay(Source):
    """The reviews of some apps. apps: their ids. country, language: of the store front, not of the text."""

    apps: tuple[str, ...] = ()
    address: str = PLAY_STORE_BASE_URL
    language: str = "no"
    country: str = "no"

    def documents(self, collecting: Collecting) -> Iterator[Document]:
        """Every review of every app. Raises CollectError where the store refuses or an app has none."""
        if not self.apps:
            raise CollectError(f"{self.name}: no apps; name them in the recipe: [collect.{self.name}] apps = [...]")
        fetcher = Fetcher(collecting, delay_s=self.delay_s)
        url = Formats.Reviews.build(self.language, self.country).replace(PLAY_STORE_BASE_URL, self.address)
        for app in self.apps:
            count = 0
            for count, item in enumerate(items(fetcher, url, app), 1):  # noqa: B007 - the last count is the total
                yield self._document(app, item, fetcher.reserved(url, {}))
            if count == 0:
                raise CollectError(
                    f"{self.name}: {app} has no reviews; is the id right, is it sold in {self.country!r}?"
                )

    def _document(self, app: str, item: list[Any], reserved: Reserved) -> Document:
        try:
            return self._read(app, item, reserved)
        except (LookupError, TypeError, ValueError, OverflowError, OSError) as error:
            raise CollectError(f"{app}: Google Play sent a review in an unknown shape ({error!r})") from error

    def _read(self, app: str, item: list[Any], reserved: Reserved) -> Document:
        review = {name: ElementSpecs.Review[name].extract_content(item) for name in FIELDS}
        return Document(
            id=document_id(self.name, review["reviewId"]),
            text=text_of(review["content"]),
            source=self.name,
            url=f"{self.address}/store/apps/details?id={app}&reviewId={review['reviewId']}",
            licence=self.licence,
            collected_at=now(),
            published=month_of(item),
            group=app,
            rating=normalised_rating(review["score"], worst=1, best=5),
            raw_rating=str(review["score"]),
            reserved=reserved,
        )


def text_of(content: Any) -> str:
    """The text of a review; empty where there are only stars. Raises TypeError on anything else."""
    if not isinstance(content, str | None):
        raise TypeError(f"expected a text, found {content!r}")
    return content or ""


def month_of(item: list[Any]) -> date:
    """The first day of the month, UTC, in which a review was written; the library's own reading is in local time."""
    return datetime.fromtimestamp(item[5][0], UTC).date().replace(day=1)


def items(fetcher: Fetcher, url: str, app: str) -> Iterator[list[Any]]:
    """The reviews of `app` as the store sends them, newest first. Raises CollectError on a page with nothing new."""
    token: str | None = None
    seen: set[str] = set()
    while True:
        page, token = fetch_page(fetcher, url, app, token)
        new = [item for item in page if item[0] not in seen]
        if not new and (page or token):
            raise CollectError(f"{app}: a page brought nothing new, after {len(seen)} reviews; more were promised")
        seen.update(item[0] for item in new)
        yield from new
        if not token:
            return


def fetch_page(fetcher: Fetcher, url: str, app: str, token: str | None) -> tuple[list[list[Any]], str | None]:
    """One page of reviews and the token of the next. Raises CollectError when still refused after four waits."""
    body = Formats.Reviews.build_body(app, Sort.NEWEST.value, PAGE, "null", "null", token)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for wait_s in (5, 15, 45, 0):
        with fetcher.open("POST", url, data=body, headers=headers) as answer:
            text = answer.content.decode("utf-8", "replace")
        if RATE_LIMITED not in text:
            return read_page(text, app)
        time.sleep(wait_s)
    raise CollectError(f"{app}: Google Play keeps answering that we ask too often; try again in some hours")


def read_page(text: str, app: str) -> tuple[list[list[Any]], str | None]:
    """The reviews and the next token in an answer of the store. Raises CollectError where it has another shape."""
    try:
        envelope = json.loads(Regex.REVIEWS.findall(text)[0])
        inner = json.loads(envelope[0][2] or "[]")
        token = inner[-2][-1] if len(inner) > 1 and inner[-2] else None
        page = inner[0] or [] if inner != [] else []
        if not all(isinstance(item, list) and isinstance(item[0], str) for item in page):
            raise TypeError("a review without an id")
        return page, token if isinstance(token, str) else None
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise CollectError(f"{app}: Google Play answered in an unknown shape ({error}): {text[:200]!r}") from error
