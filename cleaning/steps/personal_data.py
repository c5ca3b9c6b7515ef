"""Text without what leads to a person: e-mail addresses and Norwegian telephone numbers, masked where they stand."""

import re

from cleaning.steps.unicode import rewritten
from scrapers.record import Document

EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b")
# Eight digits as Norwegians write them (12345678, 12 34 56 78, 123 45 678), with or without +47. Not a date (20190512),
# a part of a longer number, of an address on the web or of a ratio, nor money, nor what calls itself another number.
# Source: Nkom, Norwegian numbering plan: subscribers' numbers begin with 2-9.
PHONE = re.compile(
    r"(?<![\w/=#@])(?<!\d[.,:-])(?:(?:\+|00)47[ -]?)?"
    r"(?!(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d))"
    r"(?:[2-9]\d{7}|[2-9]\d(?:[ .]\d\d){3}|[49]\d\d[ .]\d\d[ .]\d{3})"
    r"(?!\w|[.,:/-]\d|,-|\s?(?:kr|kroner|NOK|euro|dollar)\b(?!\W{0,2}\d))"
)
OTHER_NUMBER = re.compile(
    r"(?:(?:\b(?:kr|nok|eur|usd)|[$£€])\W{0,2}|\b(?:artikkel|bestilling|ean|faktura|isbn|konto|kunde|ordre|org|produkt|"
    r"ref|sak|serie|vare)[^\W\d]*\W{0,3}(?:(?:nr|nummer)\W{0,3})?)$",
    re.IGNORECASE,
)
CONTEXT = 40  # characters before a number that may say what it is


def mask_personal_data(document: Document) -> Document:
    """The document with e-mail addresses as `[EMAIL]` and telephone numbers as `[PHONE]`."""
    return rewritten(document, masked)


def masked(text: str) -> str:
    """`text` with e-mail addresses as `[EMAIL]` and telephone numbers as `[PHONE]`."""

    def mask(number: re.Match[str]) -> str:
        before = number.string[max(0, number.start() - CONTEXT) : number.start()]
        return number[0] if OTHER_NUMBER.search(before) else "[PHONE]"

    return PHONE.sub(mask, EMAIL.sub("[EMAIL]", text))


STEPS = (mask_personal_data,)
