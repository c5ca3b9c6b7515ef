"""Google Places: ratings of places in Google Maps, by the official interface (Places API, New).

Of what the interface gives, Google's terms (there are others for customers in the EEA) let nobody keep more than the
id of a place. So the source is off until somebody agreed with Google on more, and even then no text and no author is
kept: they are not even asked for. A record has the place, the stars and the month, and its text is empty. A place
gives five reviews at most, and a call with reviews is billed as Place Details Enterprise + Atmosphere, the dearest
kind.

Source: https://developers.google.com/maps/documentation/places/web-service/policies,
https://developers.google.com/maps/documentation/places/web-service/place-details
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import msgspec

from scrapers.fetch import Fetcher, found_instead
from scrapers.paged import Page, Paged
from scrapers.record import Document, document_id, normalised_rating, now
from scrapers.source import CollectError

KEY_FROM = "GOOGLE_MAPS_API_KEY"
# Source: https://developers.google.com/maps/documentation/places/web-service/choose-fields
FIELDS = "id,userRatingCount,reviews.name,reviews.rating,reviews.publishTime"


class Review(msgspec.Struct, rename="camel"):
    """A review, as far as it is asked for: its own key, the stars, and when it was written."""

    name: str
    rating: float
    publish_time: str


class Place(msgspec.Struct, rename="camel"):
    """A place: its id, how many have rated it, and up to five reviews."""

    id: str
    user_rating_count: int = 0
    reviews: list[Review] = []


@dataclass(frozen=True, kw_only=True)
class GooglePlaces(Paged):
    """The ratings of some places. places: their ids. language: the one in which Google is to answer."""

    places: tuple[str, ...] = ()
    language: str = "no"

    def first(self) -> Iterable[str]:
        """The places. Raises CollectError where the recipe names none, or there is no key."""
        if not self.places:
            raise CollectError(f"{self.name}: no places; name them in the recipe: [collect.{self.name}] places = ['…']")
        for place in self.places:
            if not re.fullmatch(r"[A-Za-z0-9_-]+", str(place)):
                raise CollectError(f"{self.name}: {place!r} is no id of a place; expected one like 'ChIJ…'")
        self._headers()  # better now than after the rest
        return self.places

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """The ratings of the place `key`. Raises CollectError where it has some, and none of them came."""
        url = f"https://places.googleapis.com/v1/places/{key}?languageCode={self.language}"
        fetched = fetcher.get(url, headers=self._headers())
        try:
            place = msgspec.json.decode(fetched.body, type=Place)
            documents = [self._document(key, url, review) for review in place.reviews]
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise CollectError(f"{url}: expected a place, {found_instead(fetched.body)} ({error})") from error
        if place.user_rating_count and not documents:
            raise CollectError(
                f"{url}: {place.user_rating_count:,} have rated the place, and no review came; "
                f"are reviews part of what Google gives in your region?"
            )
        fetcher.tally["without_reviews"] += not documents
        return Page(documents)

    def _headers(self) -> dict[str, str]:
        """What is sent along: the key, which is in no message. Raises CollectError where there is none."""
        key = os.environ.get(KEY_FROM, "").strip()
        if not re.fullmatch(r"[A-Za-z0-9_-]+", key):
            found = "something else" if key else "nothing"
            raise CollectError(f"{self.name}: expected a key of the Places API in {KEY_FROM}, found {found}")
        return {"X-Goog-Api-Key": key, "X-Goog-FieldMask": FIELDS}

    def _document(self, place: str, url: str, review: Review) -> Document:
        return Document(
            id=document_id(self.name, review.name),
            text="",
            source=self.name,
            url=url,
            licence=self.licence,
            collected_at=now(),
            published=date.fromisoformat(review.publish_time[:10]).replace(day=1),
            group=place,
            rating=normalised_rating(review.rating, worst=1, best=5),
            raw_rating=f"{review.rating:g}",
            reserved="no-train",
        )


google_places = GooglePlaces(
    name="google-places",
    description="stars and month of reviews of the places that the recipe names, five at most each; never their text",
    licence="unknown",
    languages=(),
    expected=(1, 100_000),
    home="https://developers.google.com/maps/documentation/places/web-service/place-details",
    size="up to 5 a place",
    auth=f"API key in {KEY_FROM}",
    cost="billed per place: Place Details Enterprise + Atmosphere",
    needs_agreement="Google's terms let only the id of a place be kept of what Google Places gives",
)
