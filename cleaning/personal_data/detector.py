"""What finds personal data of a kind in a text, and what the words around a number say of it."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from typing import Any, Literal, NamedTuple

Kind = Literal["email", "phone", "national_id", "account", "card", "ip", "handle", "profile", "name"]


class Span(NamedTuple):
    """Where in a text something stands. kind: of personal data; None for what is another thing, and no one's."""

    start: int
    end: int
    kind: Kind | None

    def overlaps(self, other: "Span") -> bool:
        """Whether the two have a character in common."""
        return self.start < other.end and other.start < self.end


Detector = Callable[[str], Iterable[Span]]

WORDS: dict[str, Any] = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
CONTEXT = 48  # characters before a number that may say what it is, and after it
TAKEN, NO_ONES = "\0", "\1"  # stand in the text where personal data, or what is no one's, was found already

LETTER = r"[^\W\d_]"
SPACE = "[ \u00a0\u202f]"
HYPHEN = "[-\u2010\u2011–]"
# A number is not a part of a word or of a longer number.
BEGIN, END = r"(?<![\w+])(?<![0-9][.,:-])", r"(?!\w|[.,:][0-9])"


def matching(pattern: str, kind: Kind | None, accept: Callable[[re.Match[str]], object]) -> Detector:
    """A detector of the matches of `pattern`, or of its group `span`, that `accept` says are of the kind."""
    compiled = re.compile(pattern)
    group = "span" if "span" in compiled.groupindex else 0

    def detect(text: str) -> Iterator[Span]:
        return (Span(*match.span(group), kind) for match in compiled.finditer(text) if accept(match))

    return detect


def any_of(name: str) -> str:
    """The words of a list in `words.toml` as a regular expression."""
    return "|".join(re.escape(word).replace(r"\+", LETTER + "+").replace(r"\*", LETTER + "*") for word in WORDS[name])


def before(words: str, between: str) -> Callable[[re.Match[str]], bool]:
    """Whether one of the words stands before a match, with nothing but the expression `between` after it."""
    ending = re.compile(rf"(?<!\w)(?:{words})(?![^\W\d_]){between}\Z", re.IGNORECASE)
    return lambda match: bool(ending.search(match.string, max(0, match.start() - CONTEXT), match.start()))


def digits(match: re.Match[str]) -> str:
    """The digits of a match."""
    return re.sub("[^0-9]", "", match[0])


def within(characters: int) -> str:
    """Between a name and its number: so many characters of a line, and then the number, there or below its name."""
    return rf"[^\d\n]{{0,{characters}}}\s{{0,4}}"


LABEL = rf"\W{{0,3}}(?:{any_of('label')})\W{{0,3}}"
IS = r"(?:(?:er|är|is|var|was)\W{1,2})?"
is_labelled = before(rf"{any_of('other')}|{any_of('goods')}", LABEL + IS)
# After a comma another thing is said: "etter avtale, 22 33 44 55".
DIRECTLY = rf"(?:{LABEL}|[^\w,]{{0,3}})\s{{0,4}}{IS}"
is_other = before(rf"{any_of('other')}|{any_of('goods')}", DIRECTLY)
# Of these, numbers are many, and some have the check digit of a card: a KID has, an IMEI has.
is_goods = before(any_of("goods"), DIRECTLY)
