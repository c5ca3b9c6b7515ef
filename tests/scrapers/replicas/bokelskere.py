"""Bokelskere: books found, and what readers wrote about them, on pages of two. The layout is assumed."""

from dataclasses import replace
from math import ceil

from scrapers.sources.bokelskere import bokelskere

from ..conftest import Answer
from ..replica import Replica

HOST = "https://bokelskere.no"
BOOKS = {"vinternetter": 3, "fjorden": 2, "kverna": 1}  # to the number of their reviews


def page(body: str) -> Answer:
    """A page."""
    return Answer(
        f'<!DOCTYPE html><html lang="nb"><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()
    )


def review(book: int, number: int) -> str:
    """A review."""
    return (
        f'<article class="omtale" id="omtale-{book}{number}"><h3 class="omtale-tittel">Lest i {2010 + number}</h3>'
        f'<span class="terningkast" aria-label="Terningkast {number + 3} av 6"></span>'
        f'<div class="omtale-tekst"><p>Bok {book} les eg gjerne {number + 1} gonger til.</p>'
        "<p>Språket er fint.</p></div>"
        f'<a href="/bokelsker/kari_n" class="navn">kari_n</a> <span class="dato">1{number}.03.2024</span></article>'
    )


def book_pages(number: int, slug: str, count: int) -> dict[str, Answer]:
    """The pages of a book, two reviews each."""
    address, last = f"{HOST}/bok/{slug}/{number}/", ceil(count / 2)
    answers = {}
    for side in range(1, last + 1):
        shown = "".join(review(number, n) for n in range(2 * side - 2, min(2 * side, count)))
        following = f'<a rel="next" href="?side={side + 1}">Neste</a>' if side < last else ""
        answers[address if side == 1 else f"{address}?side={side}"] = page(f"<h1>{slug}</h1>{shown}{following}")
    return answers


LINKS = "".join(f'<li><a href="/bok/{slug}/{number}/">{slug}</a></li>' for number, slug in enumerate(BOOKS, 100))
ANSWERS = {f"{HOST}/finn/": page(f"<ul>{LINKS}</ul>")}
for number, (slug, count) in enumerate(BOOKS.items(), 100):
    ANSWERS |= book_pages(number, slug, count)
REPLICAS = [
    Replica(
        source=replace(bokelskere, agreement="avtale 2026/18"),
        answers=ANSWERS,
        data=f"{HOST}/bok/vinternetter/100/",
        kept=6,
    ),
]
