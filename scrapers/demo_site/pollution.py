"""What is amiss with the reviews on purpose, so that cleaning has something to find.

| kind           | share | what                                                                                       |
|----------------|-------|--------------------------------------------------------------------------------------------|
| duplicate      | 3 %   | text, title and rating of another review, under a key of its own; a third elsewhere       |
| near-duplicate | 3 %   | the same, with a word left out, a sentence added, or other punctuation                     |
| contact        | 3 %   | an e-mail address under example.no or eksempel.example, or a Norwegian telephone number    |
| html           | 4 %   | `<br />`, `<b>` or an entity escaped once too often                                        |
| mojibake       | 2 %   | UTF-8 read as Latin-1 or Windows-1252                                                      |
| invisible      | 1 %   | zero-width spaces, soft hyphens, or letters decomposed (NFD)                               |
| blank          | 0.6 % | nothing, one word, or emoji only                                                           |
| hostile        | 0.4 % | markup, formulas and paths that a report must not carry out                                |

No review has two kinds, except that a duplicate of nothing but clean reviews is clean but for being one.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Final

from scrapers.demo_site.chance import Chance
from scrapers.demo_site.content import Review, clean_reviews
from scrapers.demo_site.grammar import LANGUAGES
from scrapers.demo_site.lexicon import items

SHARES: Final[Mapping[str, float]] = {
    "duplicate": 0.03,
    "near-duplicate": 0.03,
    "contact": 0.03,
    "html": 0.04,
    "mojibake": 0.02,
    "invisible": 0.01,
    "blank": 0.006,
    "hostile": 0.004,
}

CONTACTS: Final = (
    "{name}@example.no",
    "{name}@eksempel.example",
    "{name}.{number}@post.example.no",
    "+47 {a} {b} {c} {d}",
    "{a}{b} {c} {d}",
    "{a}{b}{c}{d}",
    "0047{a}{b}{c}{d}",
    "tlf. {a} {b} {c} {d}",
    "(+47) {a}{b}{c}{d}",
)
ASKS: Final = (
    "Ta gjerne kontakt på {}.",
    "Kontakt meg: {}",
    "Flere som har opplevd det samme? Skriv til {}.",
    "Ring {} hvis noen lurer.",
)
BLANKS: Final = (
    "",
    " ",
    "👍",
    "👎👎",
    "😀😀😀",
    "❤️",
    "Bra",
    "Ok",
    "Nei",
    "Topp!",
    "Dårlig",
    "🤷",
    "...",
    "Supert",
    "5",
    "-",
)
HOSTILE: Final = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x.example","klikk her")',
    "../../etc/passwd",
    '"><img src=x onerror=alert(1)>',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'; DROP TABLE reviews; --",
    "{{ 7*7 }}",
    "</script><svg onload=alert(1)>",
    "[klikk](javascript:alert(1))",
    "]]><!--",
)


@dataclass(frozen=True, slots=True)
class Content:
    """The reviews as served, and which keys are amiss in what way."""

    reviews: tuple[Review, ...]
    marks: Mapping[str, tuple[str, ...]]


def reviews(seed: int = 1) -> tuple[Review, ...]:
    """The reviews of the site, section by section: rated, mostly Norwegian, the same for a seed everywhere."""
    return content(seed).reviews


@cache
def content(seed: int = 1) -> Content:
    """The reviews with their pollution."""
    chance = Chance(seed * 1000 + 500)
    clean = clean_reviews(seed)
    polluted = list(clean)
    marks: dict[str, list[str]] = {kind: [] for kind in SHARES}
    order = chance.shuffle(range(len(clean)))
    quotas = {kind: round(share * len(clean)) for kind, share in SHARES.items()}
    # What stays clean is drawn first, so that copies have originals that nothing else has changed.
    originals: dict[tuple[str, str], list[Review]] = {}
    size = Counter(review.product for review in clean)
    order = [i for i in order if size[clean[i].product] > 1]
    for i in order[sum(quotas.values()) * 2 :]:
        originals.setdefault((clean[i].section, clean[i].lang), []).append(clean[i])
    for i in order[: sum(quotas.values()) * 2]:
        kind = next((kind for kind, quota in quotas.items() if len(marks[kind]) < quota), None)
        if kind is None:
            break
        review = _spoil(chance, kind, clean[i], originals.get((clean[i].section, clean[i].lang), []))
        if review is not None:
            polluted[i] = review
            marks[kind].append(review.key)
    return Content(tuple(polluted), {kind: tuple(keys) for kind, keys in marks.items()})


def _spoil(chance: Chance, kind: str, review: Review, originals: list[Review]) -> Review | None:
    """`review` with pollution of `kind`; None where it cannot have it."""
    if kind in ("duplicate", "near-duplicate"):
        return _copy(chance, kind, review, originals)
    text = SPOILERS[kind](chance, review.text)
    return replace(review, text=text) if text != review.text else None


def _copy(chance: Chance, kind: str, review: Review, originals: list[Review]) -> Review | None:
    long = [original for original in originals if kind == "duplicate" or len(original.text.split()) >= 20]
    if not long:
        return None
    original = chance.pick(long)
    if chance.happens(2 / 3):
        review = replace(review, product=original.product, product_name=original.product_name)
    return replace(
        review,
        title=original.title,
        text=original.text if kind == "duplicate" else _vary(chance, original),
        rating=original.rating,
        author=original.author,
        published=original.published + timedelta(days=chance.below(3)),
    )


def _vary(chance: Chance, review: Review) -> str:
    """The text of `review` with a word left out, a sentence added, or its punctuation changed."""
    words = review.text.split(" ")
    way = chance.below(3)
    if way == 0:
        place = 2 + chance.below(len(words) - 4)
        return " ".join(words[:place] + words[place + 1 :])
    if way == 1:
        slang = items(LANGUAGES[review.lang].slang[1 + chance.below(3)])
        return f"{review.text} {chance.pick(slang)}"
    return review.text.replace(".", "!", 1) + chance.pick((" ...", "!", " :)", " ;)"))


def _add_contact(chance: Chance, text: str) -> str:
    pairs = [f"{chance.below(90) + 10}" for _ in range(3)]
    fields = dict(zip("bcd", pairs, strict=True)) | {"a": "59"}
    contact = chance.pick(CONTACTS).format(
        name=chance.pick(("ola.nordmann", "kari", "post", "bokvenn", "j.hansen")),
        number=chance.below(90) + 10,
        **fields,
    )
    return f"{text} {chance.pick(ASKS).format(contact)}"


def _add_html(chance: Chance, text: str) -> str:
    way = chance.below(4)
    words = text.split(" ")
    place = chance.below(len(words))
    if way == 0:
        return text.replace(". ", ".<br />", 2) if ". " in text else f"{text}<br /><br />"
    if way == 1:
        return " ".join([*words[:place], f"<b>{words[place]}</b>", *words[place + 1 :]])
    if way == 2:
        return text.replace(" ", "&nbsp;", 1).replace(". ", ".&nbsp;")
    return text.replace(" ", "&amp;nbsp;", 1) + " &amp; &quot;takk for meg&quot;"


def _misread(chance: Chance, text: str) -> str:
    wrong = text.encode("utf-8")
    if chance.happens(0.5):
        return wrong.decode("latin-1")
    try:
        return wrong.decode("cp1252")
    except UnicodeDecodeError:
        return wrong.decode("latin-1")


def _hide(chance: Chance, text: str) -> str:
    way = chance.below(3)
    if way == 0:
        return unicodedata.normalize("NFD", text)
    words = text.split(" ")
    hidden = "\u200b" if way == 1 else "\u00ad"
    return " ".join(word[:4] + hidden + word[4:] if len(word) > 6 else word for word in words)


def _blank(chance: Chance, text: str) -> str:
    return chance.pick(BLANKS)


def _attack(chance: Chance, text: str) -> str:
    attack = chance.pick(HOSTILE)
    return f"{attack} {text}" if chance.happens(0.6) else f"{text} {attack}"


SPOILERS: Final[Mapping[str, Callable[[Chance, str], str]]] = {
    "contact": _add_contact,
    "html": _add_html,
    "mojibake": _misread,
    "invisible": _hide,
    "blank": _blank,
    "hostile": _attack,
}
