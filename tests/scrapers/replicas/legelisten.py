"""Legelisten: doctors on two pages, and their profiles. Lists and stars in the known layout, the rest assumed."""

from collections.abc import Sequence
from dataclasses import replace

from scrapers.sources.legelisten import legelisten

from ..conftest import Answer
from ..replica import Replica

HOST = "https://www.legelisten.no"
LIST = f"{HOST}/fastleger/oslo"
STARS = ("5", "4,5", "1", "3,75")


def page(body: str) -> Answer:
    """A page."""
    return Answer(
        f'<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()
    )


def row(slug: str) -> str:
    """A doctor in a list."""
    return (
        f'<tr class="search-result-row"><td class="name"><span class="primary">'
        f'<a href="/fastleger/{slug}">Dr. {slug}</a></span></td><td class="practice">Legekontoret</td>'
        '<td class="area"><span itemprop="postalCode">0150</span></td>'
        '<td><div class="stars-svg" aria-label="4,5 av 5"></div></td></tr>'
    )


def profile(slug: str, numbers: Sequence[int]) -> Answer:
    """A doctor, with reviews of these numbers."""
    reviews = "".join(
        f'<div class="review" id="vurdering-{number}">'
        f'<div class="stars-svg" aria-label="{STARS[number % 4]} av 5"></div>'
        f'<p class="review-text">Vurdering nummer {number}: legen tok seg god tid.<br>Ventetida var &lt; ei veke.</p>'
        f'<span class="author">Kari Normann</span><time datetime="2024-0{number % 9 + 1}-17">i fjor</time></div>'
        for number in numbers
    )
    return page(
        f'<div itemscope itemtype="http://schema.org/Physician"><h1 itemprop="name">Dr. {slug}</h1>'
        f'<span itemprop="telephone">22 00 00 00</span></div>{reviews}'
    )


ANSWERS = {
    LIST: page(f'<table>{row("a")}{row("b")}</table><a href="?side=2">Neste</a>'),
    f"{LIST}?side=2": page(f'<table>{row("b")}{row("c")}</table><a href="?side=1">1</a>'),
    f"{LIST}?side=1": page(f'<table>{row("a")}{row("b")}</table><a href="?side=2">Neste</a>'),
    f"{HOST}/fastleger/a": profile("a", range(4)),
    f"{HOST}/fastleger/b": profile("b", range(3)),
    f"{HOST}/fastleger/c": profile("c", ()),
}
REPLICAS = [
    Replica(
        source=replace(legelisten, agreement="avtale 2026/17"), answers=ANSWERS, data=f"{HOST}/fastleger/a", kept=7
    ),
]
