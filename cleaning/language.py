"""Which language a text is in. Engines answer with BCP-47 codes: `nb`, `nn`, `da`, …, `und` where they abstain."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from cleaning.step import CleanError
from cleaning.steps.unicode import INVISIBLE
from scrapers.source import did_you_mean

UNDETERMINED = "und"


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a text, how sure the engine is (0-1), and the other languages it found, best first."""

    code: str
    score: float
    alternatives: tuple[str, ...] = ()


Identify = Callable[[str], Language]

# Where the codes of CLD2 are not BCP-47, or name no language: Norwegian without a written form is bokmål to it.
CODES = {"no": "nb", "iw": "he", "jw": "jv", "un": UNDETERMINED}
NO_LANGUAGE = ("xx", "zz")  # a script alone (xx-Runr), a joke (zzp, pig Latin)


def polyglot() -> Identify:
    """Polyglot's detector, which is CLD2: fast, and weak on short text and between neighbours.

    The score is the share of the text that CLD2 gives to the language, halved where it calls itself unreliable.
    Source: https://polyglot.readthedocs.io/en/latest/Detection.html
    """
    from polyglot.detect import Detector

    logging.getLogger("polyglot.detect.base").setLevel(logging.ERROR)  # else a warning for every short text

    def identify(text: str) -> Language:
        readable = INVISIBLE.sub("", text)
        if not readable.strip():
            return Language(UNDETERMINED, 0.0)
        detector = Detector(readable, quiet=True)
        found = [(bcp47(item.code), item.confidence / 100) for item in detector.languages]
        (code, score), *others = found
        rest = tuple(other for other, share in others if share > 0 and other not in (code, UNDETERMINED))
        return Language(code, round(score if detector.reliable else score / 2, 4), rest)

    return identify


def bcp47(code: str) -> str:
    """CLD2's code as BCP-47, `und` where it names no language."""
    return UNDETERMINED if code.startswith(NO_LANGUAGE) else CODES.get(code, code.replace("_", "-"))


ENGINES: Mapping[str, Callable[[], Identify]] = {"polyglot": polyglot}


@cache
def engine(name: str) -> Identify:
    """The engine of that name, loaded once a process. Raises CleanError where there is none, or it is not installed."""
    if name not in ENGINES:
        raise CleanError(f"there is no language engine {name!r}{did_you_mean(name, list(ENGINES))}")
    try:
        return ENGINES[name]()
    except ImportError as error:
        raise CleanError(
            f"language engine {name} cannot be loaded: {error}; see the README, 'System packages'"
        ) from error
