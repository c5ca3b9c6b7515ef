"""The numbers of persons in the registers of the Nordic countries."""

import re
from datetime import date

from stdnum import luhn
from stdnum.fi import hetu
from stdnum.is_ import kennitala
from stdnum.no import kontonr

from cleaning.personal_data.detector import (
    BEGIN,
    END,
    HYPHEN,
    SPACE,
    any_of,
    before,
    digits,
    is_goods,
    is_other,
    matching,
    within,
)
from cleaning.personal_data.money import is_account_named

FIRST, SECOND = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
# From 2032 on the first sum leaves 0 to 3, so that there are numbers enough.
REMAINDERS = range(4)
LEAP_YEAR = 2000  # whose days are those of any year


def is_date(year: int, month: int, day: int) -> bool:
    """Whether there is such a day."""
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def weighed(number: str, weights: tuple[int, ...]) -> int:
    """The sum of the digits times their weights, modulo 11."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=True)) % 11


def is_norwegian(number: str) -> bool:
    """Whether 11 digits are a fødselsnummer: also D-numbers (day + 40), H-numbers (month + 40), tests (month + 80).

    stdnum.no knows neither the numbers from 2032 on nor those of tests.
    Source: https://skatteetaten.github.io/folkeregisteret-api-dokumentasjon/nytt-fodselsnummer-fra-2032/ and
    …/test-for-konsumenter/
    """
    if weighed(number, SECOND) or weighed(number, FIRST) not in REMAINDERS:
        return False
    day, month = int(number[:2]), int(number[2:4])
    offset = next(added for added in (80, 40, 0) if month >= added)
    return is_date(LEAP_YEAR, month - offset, day - 40 if day > 40 else day)


def is_swedish(number: str) -> bool:
    """Whether 10 or 12 digits are a personnummer, or a samordningsnummer (day + 60), which stdnum.se refuses."""
    year = int(number[:-8]) if len(number) == 12 else LEAP_YEAR
    month, day = int(number[-8:-6]), int(number[-6:-4])
    return is_date(year, month, day - 60 if day > 60 else day) and luhn.is_valid(number[-10:])


def is_danish(number: str) -> bool:
    """Whether 10 digits begin with a date, as a CPR number; it has had no check digit since 2007."""
    return is_date(LEAP_YEAR, int(number[2:4]), int(number[:2]))


def is_icelandic(number: str) -> bool:
    """Whether 10 digits are the kennitala of a person; those of firms begin with a day + 40."""
    return number[0] < "4" and kennitala.is_valid(number)


is_named = before(any_of("national_id"), within(20))


def is_nordic(match: re.Match[str]) -> bool:
    """Whether 10 or 12 digits are a person's in Denmark, Sweden or Iceland.

    A Danish one has its hyphen, or its name before it. One with a hyphen may stand after words such as `id`, but not
    after those of goods. Of 12 digits, a time of day (202003152233) is no one's.
    """
    number = digits(match)
    if len(number) == 12:
        is_time = match[0].isdigit() and number[8:10] < "24" and number[10:] < "60" and number[:2] == "20"
        return is_swedish(number) and (not is_time or is_named(match))
    summed = is_swedish(number) or is_icelandic(number)
    if is_named(match):
        return summed or is_danish(number)
    if re.search(HYPHEN, match[0]):
        return (summed or is_danish(number)) and not is_goods(match)
    return summed and not is_other(match)


# Grouped as an account, it is one.
norwegian = matching(
    rf"{BEGIN}(?![0-9]{{4}}[. ][0-9]{{2}}[. ])[0-9](?:(?:{SPACE}|{HYPHEN}|\.)?[0-9]){{10}}{END}",
    "national_id",
    lambda match: is_norwegian(digits(match)) and not (is_account_named(match) and kontonr.is_valid(digits(match))),
)
nordic = matching(
    rf"{BEGIN}(?:[0-9]{{2}})?[0-9]{{6}}(?:{SPACE}|{SPACE}?{HYPHEN}{SPACE}?|\+)?[0-9]{{4}}{END}",
    "national_id",
    is_nordic,
)
# With the year in full: 01.01.1920 00063.
dated = matching(
    rf"{BEGIN}[0-9]{{2}}([./-])[0-9]{{2}}\1(?:18|19|20)[0-9]{{2}}(?:{SPACE}|{HYPHEN}|/){{1,2}}[0-9]{{5}}{END}",
    "national_id",
    lambda match: is_norwegian(digits(match)[:4] + digits(match)[6:]),
)
finnish = matching(
    rf"{BEGIN}[0-9]{{6}}[-+A-FU-Y][0-9]{{3}}[0-9A-Y](?!\w)",
    "national_id",
    lambda match: hetu.is_valid(match[0], allow_temporary=True),
)
