"""Reviews from Google Play: google-play-scraper's request format and field paths behind our own transport.

The library's transport is not used: importing it switches off TLS verification for all of urllib in the process, and
it takes every error for the end of the reviews.
"""

import json
import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http.cookiejar import LWPCookieJar
from typing import Any
from urllib.parse import quote

from scrapers.fetch import LARGEST_PAGE, Fetched, Fetcher, found_instead
from scrapers.paged import MovedOn, Page, Paged
from scrapers.record import Document, Reserved, document_id, normalised_rating, now
from scrapers.source import CollectError, Collecting, FetchError

verified = ssl._create_default_https_context
from google_play_scraper import Sort  # noqa: E402
from google_play_scraper.constants.element import ElementSpecs  # noqa: E402
from google_play_scraper.constants.regex import Regex  # noqa: E402
from google_play_scraper.constants.request import PLAY_STORE_BASE_URL, Formats  # noqa: E402

ssl._create_default_https_context = verified  # what the import above put `unverified` in the place of

RATE_LIMITED = b"com.google.play.gateway.proto.PlayGatewayError"
WAITS_S = (5.0, 15.0, 45.0)  # after which the store is asked again when it says that we ask too often
# The reviewer's name and picture, and the developer's reply, are never read.
FIELDS = ("reviewId", "content", "score")
PAGE = 150  # the store gives no more at a time, however many are asked for
APP = re.compile(r"[A-Za-z0-9_.]+")
TOKEN = re.compile(r"[!-~]+")


@dataclass(frozen=True, kw_only=True)
class GooglePlay(Paged):
    """The reviews of some apps, newest first. apps: their ids. country, language: of the store front, not of the text.

    fewest_share: how much of what the store counts for an app has to come. The store is known to end the reviews early
    and say nothing. Far from 1, because it counts those in other languages and those without text as well: whole
    collections of 0.24, 0.51 and 0.60 of the count are on record. 0 for apps that are used in many languages: no count
    is asked for. Source: https://github.com/JoMingyu/google-play-scraper/issues, 65, 98 and 59
    """

    apps: tuple[str, ...] = ()
    address: str = PLAY_STORE_BASE_URL
    language: str = "no"
    country: str = "no"
    fewest_share: float = 0.2

    def first(self) -> Iterable[str]:
        """The first page of every app. Raises CollectError where the recipe names none, or something else."""
        if not self.apps:
            raise CollectError(f"{self.name}: no apps; name them in the recipe: [collect.{self.name}] apps = [...]")
        for app in self.apps:
            if not APP.fullmatch(str(app)):
                raise CollectError(f"{self.name}: {app!r} is no id of an app; expected one like 'no.nrk.mobil.radio'")
        return [key_of(app, None, 0) for app in self.apps]

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """The reviews of one page, and the key of the next. Raises CollectError where fewer came than must be there."""
        app, token, before = json.loads(key)
        rows, following, reserved = self._rows(app, token, fetcher)
        received = before + len(rows)
        if following and (not rows or following == token):
            raise MovedOn(f"{app}: a page brought nothing new, after {before} reviews; more were promised")
        if not received:
            raise CollectError(f"{app} has no reviews; is the id right, is it sold in {self.country!r}?")
        documents = [self._document(app, row, reserved) for row in rows]
        if not following:
            self._check_count(app, received, fetcher)
        return Page(documents, [key_of(app, following, received)] if following else [])

    def fetcher(self, collecting: Collecting) -> Fetcher:
        """What the pages are fetched with: it keeps the store's cookies."""
        return OneBackend(collecting, delay_s=self.delay_s)

    def _rows(self, app: str, token: str | None, fetcher: Fetcher) -> tuple[list[list[Any]], str | None, Reserved]:
        """The reviews of a page as the store sends them, the token of the next, and the verdict on their rights."""
        url = self._at(Formats.Reviews.build(self.language, self.country))
        quoted = quote(token, safe="") if token else None
        body = Formats.Reviews.build_body(app, Sort.NEWEST.value, PAGE, "null", "null", quoted)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        for wait_s in (*WAITS_S, 0.0):
            fetched = fetcher.request("POST", url, data=body, headers=headers)
            payload = payload_of(fetched, app)
            if payload is not None:
                return *read_page(payload, app), fetched.reserved
            if RATE_LIMITED not in fetched.body:
                break
            fetcher.hosts.rest(url, wait_s)
        else:
            raise FetchError(f"{app}: Google Play keeps answering that we ask too often; try again in some hours")
        if token:
            raise MovedOn(f"{app}: Google Play no longer knows the token of a page; try again later")
        return [], None, fetched.reserved

    def _check_count(self, app: str, received: int, fetcher: Fetcher) -> None:
        """Raises FetchError where the reviews that came are few beside those that the store counts."""
        if not self.fewest_share:
            return
        try:
            fetched = fetcher.get(self._at(Formats.Detail.build(app, self.language, self.country)))
        except FetchError as error:
            raise FetchError(
                f"{app}: how many reviews the store counts could not be learned: {error}; with fewest_share = 0 in the "
                f"recipe it is not asked"
            ) from error
        counted = read_count(fetched, app)
        if counted is None and received > PAGE:
            raise CollectError(f"{app}: {received:,} reviews came, but the store's page on the app states no count")
        if received < self.fewest_share * (counted or 0):
            raise FetchError(
                f"{app}: {received:,} reviews came of the {counted:,} that the store counts, expected "
                f"{self.fewest_share:.0%} at least; the store ended them early, try again later. For an app that is "
                f"used in many languages, set fewest_share = 0 in the recipe"
            )

    def _at(self, address: str) -> str:
        return address.replace(PLAY_STORE_BASE_URL, self.address)

    def _document(self, app: str, row: list[Any], reserved: Reserved) -> Document:
        try:
            return self._read(app, row, reserved)
        except (LookupError, TypeError, ValueError, OverflowError, OSError) as error:
            raise CollectError(f"{app}: Google Play sent a review in an unknown shape ({error!r})") from error

    def _read(self, app: str, row: list[Any], reserved: Reserved) -> Document:
        review = {name: ElementSpecs.Review[name].extract_content(row) for name in FIELDS}
        if type(review["score"]) is not int:
            raise TypeError(f"{review['score']!r} is no number of stars")
        return Document(
            id=document_id(self.name, review["reviewId"]),
            text=text_of(review["content"]),
            source=self.name,
            url=f"{self.address}/store/apps/details?id={app}&reviewId={quote(review['reviewId'], safe=':')}",
            licence=self.licence,
            collected_at=now(),
            published=month_of(row),
            group=app,
            rating=normalised_rating(review["score"], worst=1, best=5),
            raw_rating=str(review["score"]),
            reserved=reserved,
        )


class OneBackend(Fetcher):
    """Requests that keep the store's cookies in the folder of the collector, over a kill as well.

    The token of a next page is only good on the backend that gave it, and the cookie NID leads back there; without it
    the reviews end early. Source: https://github.com/facundoolano/google-play-scraper/issues/676
    """

    def __init__(self, collecting: Collecting, *, delay_s: float) -> None:
        super().__init__(collecting, delay_s=delay_s)
        self._file = collecting.folder / "cookies.txt"
        if self._file.exists():
            jar = LWPCookieJar(str(self._file))
            jar.load(ignore_discard=True)
            self.hosts.session.cookies.update(jar)

    def request(self, method: str, url: str, *, most: int = LARGEST_PAGE, **options: Any) -> Fetched:
        """The page that answers, its cookies noted before anything is done with it. Raises FetchError."""
        fetched = super().request(method, url, most=most, **options)
        partial = self._file.with_suffix(".partial")
        jar = LWPCookieJar(str(partial))
        for cookie in self.hosts.session.cookies:
            jar.set_cookie(cookie)
        jar.save(ignore_discard=True)
        partial.replace(self._file)
        return fetched


def key_of(app: str, token: str | None, received: int) -> str:
    """The key of the page of `app` that `token` leads to, `received` reviews having come before it."""
    return json.dumps([app, token, received])


def text_of(content: Any) -> str:
    """The text of a review; empty where there are only stars. Raises TypeError on anything else."""
    if not isinstance(content, str | None):
        raise TypeError(f"expected a text, found {content!r}")
    return content or ""


def month_of(row: list[Any]) -> date:
    """The first day of the month, UTC, in which a review was written; the library's own reading is in local time."""
    return datetime.fromtimestamp(row[5][0], UTC).date().replace(day=1)


def payload_of(fetched: Fetched, app: str) -> Any:
    """What an answer of the store carries; None where it carries nothing. Raises CollectError on another shape."""
    try:
        envelope = json.loads(Regex.REVIEWS.findall(fetched.body.decode())[0])
        return None if envelope[0][2] is None else json.loads(envelope[0][2])
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        if RATE_LIMITED in fetched.body:
            return None
        raise unknown_shape(app, fetched) from error


def read_page(payload: Any, app: str) -> tuple[list[list[Any]], str | None]:
    """The reviews that a payload carries, and the token of the next page. Raises CollectError on another shape."""
    try:
        rows = payload[0] or [] if payload != [] else []
        last = payload[-2][-1] if len(payload) > 1 and payload[-2] else None
        if not all(isinstance(row, list) and isinstance(row[0], str) for row in rows):
            raise TypeError("a review without an id")
        if isinstance(last, str) and not TOKEN.fullmatch(last):
            raise ValueError(f"{last!r} is no token")
    except (ValueError, LookupError, TypeError) as error:
        raise CollectError(f"{app}: Google Play sent a page in an unknown shape ({error})") from error
    return rows, last if isinstance(last, str) else None


def read_count(fetched: Fetched, app: str) -> int | None:
    """How many reviews the store's page on an app counts; None where it shows no count, as for one with few.

    Raises CollectError on another shape. The library's own reading takes time in the square of a page's length.
    """
    title, count = ElementSpecs.Detail["title"], ElementSpecs.Detail["reviews"]
    _, _, script = fetched.body.decode("utf-8", "replace").partition(f"key: 'ds:{count.ds_num}'")
    _, _, data = script.partition("data:")
    try:
        found = {f"ds:{count.ds_num}": json.JSONDecoder().raw_decode(data.lstrip())[0]}
    except (ValueError, RecursionError) as error:
        raise unknown_shape(app, fetched) from error
    counted = count.extract_content(found)
    if not isinstance(title.extract_content(found), str) or not isinstance(counted, int | None):
        raise unknown_shape(app, fetched)
    return counted


def unknown_shape(app: str, fetched: Fetched) -> CollectError:
    """The error of an answer that is not what the store used to send."""
    return CollectError(f"{app}: Google Play answered in an unknown shape, {found_instead(fetched.body)}")
