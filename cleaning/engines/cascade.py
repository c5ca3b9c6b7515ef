"""Nordic among its ten languages, polyglot beyond them."""

from collections.abc import Collection, Sequence

from cleaning.engines import nordic, polyglot
from cleaning.identifier.model import LANGUAGES
from cleaning.language import UNDETERMINED, Identify, Language

PACKAGES = polyglot.PACKAGES
UNSURE = 0.5  # the score of the near engine below which the far one is asked
RELIABLE = 0.5  # the score of the far one above which it counts: of polyglot, reliable and for most of the text


def load() -> Identify:
    """Nordic, and polyglot where nordic abstains or is unsure. The score is of the engine that decided."""
    return cascade(nordic.load(), polyglot.load(), LANGUAGES)


def cascade(near: Identify, far: Identify, neighbours: Collection[str]) -> Identify:
    """An engine that answers as `near`, but for a text of which `near` is unsure and `far` sure of another language.

    neighbours: the languages that `near` knows; among them it is always right.
    """

    def identify(texts: Sequence[str]) -> list[Language]:
        found = list(near(texts))
        unsure = [place for place, item in enumerate(found) if item.code == UNDETERMINED or item.score < UNSURE]
        for place, other in zip(unsure, far([texts[place] for place in unsure]), strict=True):
            if other.score > RELIABLE and other.code not in (*neighbours, UNDETERMINED):
                found[place] = other
        return found

    return identify
