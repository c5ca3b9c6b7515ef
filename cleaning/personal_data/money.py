"""Bank accounts and payment cards."""

import re
from collections.abc import Iterator

from stdnum import iban, luhn
from stdnum.no import kontonr

from cleaning.personal_data.detector import (
    BEGIN,
    END,
    SPACE,
    Span,
    any_of,
    before,
    digits,
    is_goods,
    is_other,
    matching,
    within,
)

IBAN = re.compile(r"(?<!\w)[A-Z]{2}[0-9]{2}(?:[ \u00a0.-]?[A-Z0-9]{4}){2,7}(?:[ \u00a0.-]?[A-Z0-9]{1,3})?(?!\w)", re.I)
BREAK = re.compile(r"[^A-Za-z0-9]+[A-Za-z0-9]+$")


def ibans(text: str) -> Iterator[Span]:
    """The IBANs of a country's length whose sum is right; what follows one may look like its last group."""
    for match in IBAN.finditer(text):
        number = match[0]
        while number and not iban.is_valid(number.replace("\u00a0", " ")):
            number = BREAK.sub("", number) if BREAK.search(number) else ""
        if number:
            yield Span(match.start(), match.start() + len(number), "account")


is_account_named = before(any_of("account"), rf"\W{{0,3}}(?:(?:nr|nummer|no)\W{{0,3}})?{within(10)}")


def is_norwegian(match: re.Match[str]) -> bool:
    """Whether 11 digits are a Norwegian account: one in eleven numbers is, so none that calls itself another."""
    return kontonr.is_valid(digits(match)) and (is_account_named(match) or not is_other(match))


norwegian = matching(
    rf"{BEGIN}[0-9]{{4}}(?:([. \u00a0-])[0-9]{{2}}\1[0-9]{{5}}|[0-9]{{7}}){END}", "account", is_norwegian
)
# Danish, Swedish and others have no check digits of their own, so they are found by their name.
named = matching(
    rf"(?<!\w)[0-9](?:{SPACE}?[ .-]?[0-9]){{6,15}}(?!\w|[.,][0-9])", "account", lambda match: is_account_named(match)
)

# The first digits of Visa; Mastercard, twice; American Express; Discover; Diners; JCB; Dankort, Maestro and UnionPay.
# Source: ISO/IEC 7812; https://en.wikipedia.org/wiki/Payment_card_number
ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12,15}|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|(?:50\d\d|5[6-8]\d\d|6\d{3})\d{12,15}"
)
EAN = 13  # digits, as an old Visa; one in ten passes for it
is_card_named = before(any_of("card"), within(20))


def is_card(match: re.Match[str]) -> bool:
    """Whether the digits begin as those of an issuer, and their sum is right: then only goods are no card."""
    number = digits(match)
    if not ISSUED.fullmatch(number) or not luhn.is_valid(number):
        return False
    return is_card_named(match) or (len(number) != EAN and not is_goods(match))


FOURS = r"[0-9]{4}([ \u00a0-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}"
FOUR_SIX = r"[0-9]{4}([ \u00a0-])[0-9]{6}\2[0-9]{4,5}"
cards = matching(rf"{BEGIN}(?:{FOURS}|{FOUR_SIX}|[0-9]{{13,19}}){END}", "card", is_card)
