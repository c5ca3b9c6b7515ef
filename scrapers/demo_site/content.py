"""The reviews of the demo site, made from a seed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Final
from uuid import UUID, uuid5

from scrapers.demo_site.chance import Chance, apportion
from scrapers.demo_site.grammar import LANGUAGES, Voice, roughen
from scrapers.demo_site.products import GIVEN, HANDLES, SECTIONS, Section

SHARES: Final[Mapping[str, float]] = {"nb": 0.853, "nn": 0.097, "en": 0.033, "da": 0.011, "sv": 0.006}
MISLABELLED: Final = 0.05
ROUGH: Final = 0.09
FIRST_DAY: Final = date(2023, 1, 1)
DAYS: Final = 1240
NAMESPACE: Final = UUID("6b766572-6e00-4465-8d6f-000000000001")


@dataclass(frozen=True, slots=True)
class Review:
    """One rated review as the site has it. lang is the language its writer meant to use."""

    key: str
    section: str
    product: str
    product_name: str
    title: str
    text: str
    rating: int
    best: int
    lang: str
    author: str
    published: date


def slug(name: str) -> str:
    """`name` in lower-case ASCII with hyphens, for an address."""
    plain = name.lower().translate({ord("æ"): "ae", ord("ø"): "o", ord("å"): "a", ord("é"): "e"})
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split())


def level(chance: Chance, rating: int, best: int) -> int:
    """The tone, 0 to 4, of a text that goes with `rating` of `best`; the second of six is one of two tones."""
    if best == 5:
        return rating - 1
    return (0, chance.below(2), 1, 2, 3, 4)[rating - 1]


def band(rating: int, best: int) -> str:
    """`low`, `middle` or `high`: below 0.45, to 0.7, above, of (rating - 1) / (best - 1)."""
    x = (rating - 1) / (best - 1)
    return "low" if x < 0.45 else "middle" if x <= 0.7 else "high"


@cache
def clean_reviews(seed: int) -> tuple[Review, ...]:
    """The reviews before pollution.py has its way with them, section by section; no two texts alike."""
    total = sum(section.reviews for section in SECTIONS)
    chance = Chance(seed)
    quotas = apportion(total, tuple(SHARES.values()))
    languages = iter(chance.shuffle([code for code, n in zip(SHARES, quotas, strict=True) for _ in range(n)]))
    seen: set[str] = set()
    return tuple(
        review
        for number, section in enumerate(SECTIONS)
        for review in _section(Chance(seed * 1000 + number), section, languages, seen)
    )


def _section(chance: Chance, section: Section, languages: Iterator[str], seen: set[str]) -> Iterator[Review]:
    names = chance.shuffle(section.products)
    # The last product has one review: markup then holds an object where others hold a list.
    tail = [1 / (rank + 2) ** 0.9 for rank in range(len(names) - 1)]
    counts = [*apportion(section.reviews - 1, tail), 1]
    number = 0
    for name, count in zip(names, counts, strict=True):
        quality = chance.spread() * 0.5
        for _ in range(count):
            yield _review(chance, section, name, quality, next(languages), number, seen)
            number += 1


def _review(
    chance: Chance, section: Section, name: str, quality: float, code: str, number: int, seen: set[str]
) -> Review:
    ratings = range(1, section.best + 1)
    tilt = [share * (1 + quality / 2) ** rating for rating, share in zip(ratings, section.shares, strict=True)]
    rating = chance.weigh(ratings, tilt)
    meant = rating
    if chance.happens(MISLABELLED):
        meant = chance.pick([other for other in ratings if band(other, section.best) != band(rating, section.best)])
    language = LANGUAGES[code]
    tone = level(chance, meant, section.best)
    others = tuple(other for other in section.products if other != name)
    voice = Voice(chance, language, section.name, others, tone)
    text = voice.text()
    while text in seen:
        text = voice.text()
    seen.add(text)
    key = f"{section.name}-{number:04d}"
    return Review(
        key=str(uuid5(NAMESPACE, key)) if section.name == "apps" else key,
        section=section.name,
        product=slug(name),
        product_name=name,
        title=voice.title(),
        text=roughen(chance, language, text) if chance.happens(ROUGH) else text,
        rating=rating,
        best=section.best,
        lang=code,
        author=_author(chance),
        published=FIRST_DAY + timedelta(days=chance.below(DAYS)),
    )


def _author(chance: Chance) -> str:
    if chance.happens(0.4):
        return f"{chance.pick(HANDLES)}{chance.below(90) + 10}"
    return f"{chance.pick(GIVEN)} {chance.pick('ABDEFGHKLMNORSTV')}."


@cache
def marked_reviews(seed: int, section: str, marker: str, count: int) -> tuple[Review, ...]:
    """`count` reviews of books in bokmål whose texts hold the word `marker`: those that nobody may collect."""
    chance = Chance(seed * 1000 + 900 + count)
    template = clean_reviews(seed)[0]
    marked = []
    for number in range(count):
        rating = 1 + chance.below(6)
        voice = Voice(chance, LANGUAGES["nb"], "books", SECTIONS[0].products, level(chance, rating, 6))
        marked.append(
            replace(
                template,
                key=f"{section}-{number:04d}",
                section=section,
                product=section,
                product_name=marker.capitalize(),
                title=voice.title(),
                text=f"{voice.text()} {marker}",
                rating=rating,
                author=_author(chance),
                published=FIRST_DAY + timedelta(days=chance.below(DAYS)),
            )
        )
    return tuple(marked)
