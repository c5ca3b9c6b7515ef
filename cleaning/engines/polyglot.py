"""Polyglot, whose detector is CLD2: 80 languages and more, fast, weak on short text and between neighbours.

Polyglot is under the GPL-3.0, and reached through this module alone.
"""

import logging
from collections.abc import Sequence

from polyglot.detect import Detector

from cleaning.codes import bcp47
from cleaning.language import UNDETERMINED, Identify, Language

PACKAGES = ("polyglot", "pycld2")  # whose versions are part of the answer
NO_LANGUAGE = ("un", "xx", "zz")  # unknown, a script alone (xx-Runr), a joke (zzp, pig Latin)


def load() -> Identify:
    """Polyglot's detector.

    The score is the share of the text that CLD2 gives to the language, halved where it calls itself unreliable. The
    alternatives are the other languages it finds in the text.
    Source: https://polyglot.readthedocs.io/en/latest/Detection.html
    """
    logging.getLogger("polyglot.detect.base").setLevel(logging.ERROR)  # else a warning for every short text

    def identify(texts: Sequence[str]) -> list[Language]:
        return [language_of(Detector(text, quiet=True)) for text in texts]

    return identify


def language_of(detector: Detector) -> Language:
    """What the detector found in its text."""
    (code, score), *others = [(code_of(item.code), item.confidence / 100) for item in detector.languages]
    rest = tuple(other for other, share in others if share > 0 and other not in (code, UNDETERMINED))
    return Language(code, round(score if detector.reliable else score / 2, 4), rest)


def code_of(code: str) -> str:
    """CLD2's code as BCP-47, `und` where it names no language."""
    return UNDETERMINED if code.startswith(NO_LANGUAGE) else bcp47(code)
