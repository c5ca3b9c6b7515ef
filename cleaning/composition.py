"""Normal form C of Unicode, in time linear in the length of a text."""

import re
import unicodedata
from functools import cache

# As many marks on one letter as any language needs. Sorting more, which NFC does, takes time in their square: 17 s for
# 80,000. Source: https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format
MARKS = 30
JOINER = "\u034f"  # a mark that is not seen, and that others are not sorted across
SHORT = 10_000  # characters, whose marks are sorted at once, however many they are: a quarter of a second
PLANES = 0x20000  # code points in which there are marks
MAYBE_MARKS = re.compile(f"[\u0300-\U0001ffff]{{{MARKS}}}")  # a tenth of the time of `many_marks`


def composed(text: str) -> str:
    """The text in NFC; in a long one with a row of more than `MARKS` marks, `JOINER` after each so many."""
    if len(text) > SHORT and MAYBE_MARKS.search(text):
        text = many_marks().sub(rf"\g<0>{JOINER}", text)
    return unicodedata.normalize("NFC", text)


@cache
def many_marks() -> re.Pattern[str]:
    """The expression for `MARKS` marks in a row, of those that NFC sorts where several follow a letter."""
    marks = "".join(filter(unicodedata.combining, map(chr, range(PLANES))))
    return re.compile(f"[{marks}]{{{MARKS}}}")
