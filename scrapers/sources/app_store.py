"""Apple App Store: the newest reviews of the apps that a recipe names, from the store's feeds.

A feed gives ten pages of fifty at most for an app in a country. At times a page is empty, between two full ones; the
link to the last page says what is to be expected. Apple's terms keep the feeds to promotion and personal use, and the
host's robots.txt disallows `/*/rss/*` to all (seen in October 2026). It is obeyed: until it changes, the source ends
there.

Source: https://itunes.apple.com/robots.txt, https://github.com/facundoolano/app-store-scraper/issues/5 (ten pages)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec

from scrapers.fetch import Fetched, Fetcher, found_instead
from scrapers.paged import Page, Paged
from scrapers.record import Document, document_id, normalised_rating, now
from scrapers.source import CollectError, Collecting, FetchError, Items

PAGES, PAGE = 10, 50  # as many, and as long, as Apple gives them
# A page that is empty or short is asked for again: how long to wait, and with how many ratings in a country an app may
# be without a review there. That is zero at once, and when the page stays empty so few that nobody need have written.
TRIES = ((0.0, 0), (5.0, 0), (15.0, 200))
LAST = re.compile(r"/page=([0-9]{1,4})/")  # the first in the link is its own, a second one that of the page asked for

T = TypeVar("T")


class Label(msgspec.Struct):
    """A value, as these feeds wrap them."""

    label: str


class Entry(msgspec.Struct):
    """A review, or the app itself, which has no rating. Who wrote it is not read."""

    id: Label
    title: Label | None = None
    content: Label | None = None
    rating: Label | None = msgspec.field(name="im:rating", default=None)
    updated: Label | None = None


class Attributes(msgspec.Struct):
    """What a link is to, and where it leads."""

    rel: str = ""
    href: str = ""


class Link(msgspec.Struct):
    """A link to another page of the feed."""

    attributes: Attributes


class Feed(msgspec.Struct):
    """One page: a list, or a single thing where there is but one, or nothing at all."""

    entry: list[Entry] | Entry | None = None
    link: list[Link] | Link | None = None

    def entries(self) -> list[Entry]:
        """What is on the page, the app itself included."""
        return listed(self.entry)

    def last(self) -> int | None:
        """The number of the last page of the feed; None where the page does not say."""
        found = [link.attributes.href for link in listed(self.link) if link.attributes.rel == "last"]
        number = LAST.search(found[0]) if found else None
        return int(number[1]) if number else None

    def lack(self, number: int) -> str:
        """What is missing on this page, the feed's `number`th; empty where it is as it should be."""
        last, found = self.last(), len(self.entries())
        if last is None:
            return "does not say which page is the last"
        if found == 0 and last >= number:
            return f"is empty, and {last} is said to be the last"
        if found < PAGE and last > number:
            return f"has {found} reviews instead of {PAGE}, and {last} is said to be the last"
        return ""


class Envelope(msgspec.Struct):
    """What a feed comes in."""

    feed: Feed


class App(msgspec.Struct):
    """What the store's catalogue says of an app in a country."""

    userRatingCount: int = 0  # noqa: N815 - Apple's name


class Lookup(msgspec.Struct):
    """An answer of the catalogue; without results, the app is not in the store of that country."""

    results: list[App]


@dataclass(frozen=True, kw_only=True)
class AppStore(Paged):
    """The newest reviews of some apps. apps: their numbers. countries: whose stores are asked, as `no`."""

    apps: tuple[str, ...] = ()
    countries: tuple[str, ...] = ("no",)

    def first(self) -> Iterable[str]:
        """The first page of every app in every country. Raises CollectError where the recipe does not name them."""
        if not self.apps or not self.countries:
            raise CollectError(f"{self.name}: no apps; name them in the recipe: [collect.{self.name}] apps = ['…']")
        for pattern, names in (("[0-9]+", self.apps), ("[a-z]{2}", self.countries)):
            for name in names:
                if not re.fullmatch(pattern, str(name)):
                    raise CollectError(f"{self.name}: {name!r}: expected numbers of apps, and countries such as 'no'")
        return [f"{country}/{app}/1" for app in self.apps for country in self.countries]

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """The reviews of one page, and the key of the next. Raises CollectError where some are missing."""
        country, app, numeral = key.split("/")
        number, url = int(numeral), address(country, app, int(numeral))
        for wait_s, most in TRIES:
            fetcher.hosts.rest(url, wait_s)
            try:
                fetched = fetcher.get(url)
            except FetchError as error:
                if number == 1 and error.status in (400, 404) and self._unreviewed(country, app, -1, fetcher):
                    return Page()
                raise
            feed = decoded(fetched, Envelope).feed
            last = feed.last()
            lack = feed.lack(number)
            if not lack:
                following = [f"{country}/{app}/{number + 1}"] if number < min(last or 0, PAGES) else []
                return Page(self._documents(feed, app, fetched), following)
            if number == 1 and not feed.entries() and last in (None, 1):
                if self._unreviewed(country, app, most, fetcher):
                    return Page()
                lack = "is empty, though the app has ratings there"
        raise FetchError(f"{url} {lack}; such pages come back as a rule, try again later")

    def documents(self, collecting: Collecting) -> Items:
        """Every review that is to be had of every app. Raises CollectError where there is none at all."""
        yield from super().documents(collecting)
        if not collecting.spool.count():
            raise CollectError(
                f"{self.name}: none of {', '.join(self.apps)} has reviews in {', '.join(self.countries)}; "
                f"are the numbers right, are the apps sold there?"
            )

    def _unreviewed(self, country: str, app: str, most: int, fetcher: Fetcher) -> bool:
        """Whether the store of a country does not have an app, by its catalogue, or with `most` ratings at most."""
        found = decoded(fetcher.get(f"https://itunes.apple.com/lookup?id={app}&country={country}"), Lookup).results
        unreviewed = not found or found[0].userRatingCount <= most
        fetcher.tally["without_reviews" if found else "not_in_storefront"] += unreviewed
        return unreviewed

    def _documents(self, feed: Feed, app: str, fetched: Fetched) -> list[Document]:
        found = feed.entries()
        reviews = found[1:] if found and found[0].rating is None else found  # older feeds begin with the app itself
        try:
            return [self._document(entry, app, fetched) for entry in reviews]
        except ValueError as error:
            raise CollectError(f"{fetched.url}: not the layout of a review ({error})") from error

    def _document(self, entry: Entry, app: str, fetched: Fetched) -> Document:
        if entry.content is None or entry.rating is None:
            raise ValueError(f"{entry.id.label!r} is without content or rating")
        return Document(
            id=document_id(self.name, entry.id.label),
            text=entry.content.label,
            title=entry.title.label if entry.title else None,
            source=self.name,
            url=f"{fetched.url}#{entry.id.label}",
            licence=self.licence,
            collected_at=now(),
            # Of 2018 there are feeds without dates.
            published=date.fromisoformat(entry.updated.label[:10]).replace(day=1) if entry.updated else None,
            group=app,
            rating=normalised_rating(int(entry.rating.label), worst=1, best=5),
            raw_rating=entry.rating.label,
            reserved=fetched.reserved,
        )


def address(country: str, app: str, number: int) -> str:
    """Where a page of the reviews of an app lies."""
    return f"https://itunes.apple.com/{country}/rss/customerreviews/page={number}/id={app}/sortby=mostrecent/json"


def listed(value: list[T] | T | None) -> list[T]:
    """A list of what is a list, a single thing or nothing."""
    return value if isinstance(value, list) else [] if value is None else [value]


def decoded(fetched: Fetched, kind: type[T]) -> T:
    """The body as a `kind`. Raises CollectError on anything else, such as a page of the web."""
    try:
        return msgspec.json.decode(fetched.body, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise CollectError(f"{fetched.url}: expected a feed, {found_instead(fetched.body)} ({error})") from error


app_store = AppStore(
    name="app-store",
    description="the newest reviews of the apps that the recipe names, 500 at most for an app in a country",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 1_000_000),
    home="https://apps.apple.com/no",
    size="up to 500 an app and country",
    auth="a robots.txt of the store that allows it: that of October 2026 does not",
)
