"""Telephone numbers as they are written in the Nordic countries, and those of the world with a plus."""

import re

from cleaning.personal_data.detector import (
    CONTEXT,
    END,
    HYPHEN,
    SPACE,
    TAKEN,
    WORDS,
    any_of,
    before,
    digits,
    is_labelled,
    is_other,
    matching,
    within,
)

# Not in a word, but for "tlf22334455".
GLUED = "|".join(rf"(?<=\b{re.escape(word)})" for word in WORDS["glued"])
OUTSIDE_WORD = rf"(?=[(+0-9])(?:(?<![\w+])|(?i:{GLUED}))"
# Nor is a telephone number a part of a path or of a query; a slash may stand after another.
BEGIN = rf"{OUTSIDE_WORD}(?<![0-9][.,:-])(?<![=#@])(?<![^{TAKEN}]/)"
GAP = rf"(?:{SPACE}|{HYPHEN}|[.()/]){{0,2}}"


def spread(fewest: int, most: int) -> str:
    """So many digits, with little between them."""
    return rf"(?:{GAP}[0-9]){{{fewest},{most}}}"


CURRENCY = before(any_of("currency"), r"\W{0,2}")
WHOSE = rf"(?:(?:mill|mrd)\w*\.? )?(?:(?:{any_of('country')}) )?"  # 45 mill. norske kroner
AMOUNT = re.compile(rf"\s?(?:,-|{WHOSE}(?:{any_of('unit')})(?![^\W\d_])(?!\W{{0,2}}[0-9]))", re.IGNORECASE)
# 20190512, 24122019, 12.05.2019, 2018-2019
DATE = re.compile(
    r"(?:19|20)\d\d\D?(?:0[1-9]|1[0-2])\D?(?:0[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])\D?(?:0?[1-9]|1[0-2])\D?(?:19|20)\d\d"
    r"|(?:19|20)\d\d\D{1,3}(?:19|20)\d\d|\d\d?\.\d\d?\.\d\d"
)
ROUND = re.compile(r"0{5}$")


def is_amount(match: re.Match[str]) -> bool:
    """Whether the number counts something, money or other."""
    return CURRENCY(match) or bool(AMOUNT.match(match.string, match.end(), match.end() + CONTEXT))


# The second of two numbers, "22 33 44 55 / 91 23 45 67", and the one after an e-mail address, needs no name.
is_named = before(rf"{any_of('phone')}|{TAKEN}", within(30))


def is_called(match: re.Match[str]) -> bool:
    """Whether what stands before the number says that it is a telephone's."""
    return is_named(match) and not is_labelled(match) and not DATE.fullmatch(match[0]) and not is_amount(match)


def is_national(match: re.Match[str]) -> bool:
    """Whether a number in the form of a telephone's is one: it is called so, or nothing says that it is another."""
    if is_called(match):
        return True
    if is_other(match) or is_amount(match) or DATE.fullmatch(match[0]) or ROUND.search(match[0]):
        return False
    return not in_row(match)


PAIR_BEFORE, PAIR_AFTER = re.compile(r"(?<!\d)\d\d[ .,]{1,2}\Z"), re.compile(r"[ .,]{1,2}\d\d(?!\d)| \d{3}")


def in_row(match: re.Match[str]) -> bool:
    """Whether the groups of digits go on: numbers that were drawn, points, a longer number."""
    text, start = match.string, match.start()
    fifth = PAIR_BEFORE.search(text, max(0, start - 4), start) or PAIR_AFTER.match(text, match.end())
    return not match[0].isdigit() and bool(fifth)


# The codes of the Nordic countries with the digits that follow; any other has from six to twelve.
# Source: ITU-T E.164; https://en.wikipedia.org/wiki/List_of_mobile_telephone_prefixes_by_country
OPEN_ZERO = rf"(?:{SPACE}?\(0\))?"
NORDIC = "|".join(
    (
        f"4[57]{spread(8, 8)}",
        f"354{spread(7, 7)}",
        f"298{spread(6, 6)}",
        f"46{OPEN_ZERO}{spread(7, 9)}",
        f"358{OPEN_ZERO}{spread(5, 10)}",
    )
)
WORLD = rf"(?!4[567]|35[48]|298)[1-9]{spread(7, 13)}"
PLUS = rf"(?:\((?=\+?[0-9 ]{{1,6}}\)))?\+{SPACE}?"
international = matching(
    rf"{OUTSIDE_WORD}(?:{PLUS}(?:{NORDIC}|{WORLD})|00{SPACE}?(?:{NORDIC}))(?!\w|[.,]\d)",
    "phone",
    lambda match: not is_amount(match) and not ROUND.search(digits(match)),
)
# Norwegian and Danish: 12345678, 12 34 56 78, and Norwegian mobiles 912 34 567, 912-34-567; the first digit is 2-9.
# Source: Nkom, Norwegian numbering plan; https://en.wikipedia.org/wiki/Telephone_numbers_in_Denmark
DOT = "[ .\u00a0]"
PAIRS = rf"[2-9][0-9]({DOT})[0-9]{{2}}\1[0-9]{{2}}\1[0-9]{{2}}"
MOBILE = rf"[489][0-9]{{2}}({DOT}|{HYPHEN})[0-9]{{2}}\2[0-9]{{3}}"
ANOTHER = r"\d\d(?:[ .]?\d\d){3}(?!\d)"  # 22 33 44 55/91 23 45 67
eight_digits = matching(
    rf"{BEGIN}(?:[2-9][0-9]{{7}}|{PAIRS}|{MOBILE})(?!\w|[.,:-]\d|/(?!{ANOTHER})\d|,-)", "phone", is_national
)
# Swedish and Finnish, with the zero that trunk calls begin with: 070-174 06 05, 08-465 004 00, 040 123 4567.
SWEDISH_MOBILE = rf"7[02369]{SPACE}?{HYPHEN}?{SPACE}?[0-9]{spread(6, 6)}"
FINNISH_MOBILE = rf"(?:4[0-9]|50){HYPHEN}?{SPACE}?[0-9]{spread(5, 7)}"
AREA = rf"[1-9][0-9]{{0,2}}(?:{HYPHEN}|\) ?|/)[0-9](?:{SPACE}?[0-9]){{4,7}}"
trunk = matching(rf"{BEGIN}\(?0(?:{SWEDISH_MOBILE}|{FINNISH_MOBILE}|{AREA}){END}", "phone", is_national)
# Of any form, where it is called a telephone's: Icelandic with seven digits, Faroese with six.
called = matching(rf"{BEGIN}\(?[0-9]{spread(5, 9)}(?!\w|[.,:]\d)", "phone", is_called)
