"""The labels of language models as BCP-47."""

import re
from functools import cache

from icu import Locale

from cleaning.language import UNDETERMINED

LABEL = re.compile(r"([a-z]{2,3})(?:[-_]([A-Z][a-z]{3}))?(?:[-_]([A-Z]{2}))?")
NO_LANGUAGE = ("und", "zxx", "mul", "mis")  # of ISO 639-2: undetermined, not text, several, one without a code
# What ICU would say otherwise. Norwegian without a written form is bokmål; Serbo-Croatian is not all Serbian.
OURS = {"no": "nb", "nor": "nb", "hbs": "sh"}
ANY_SCRIPT = ("Hani", "Hang")  # Han of any kind, and Hangul without it: models say no more of Chinese and Korean


@cache
def bcp47(label: str) -> str:
    """The language that `nob_Latn`, `nob` or `nb` names, as BCP-47 writes it: `nb`; `und` where it names none.

    Two letters where ISO 639-1 has them, also for the one of a macrolanguage that a model means by it (`cmn` is `zh`).
    A script stays where it is not the usual one of the language: `sr-Latn`.
    Source: https://www.rfc-editor.org/rfc/rfc5646#section-2.2.1, and CLDR by way of ICU
    """
    found = LABEL.fullmatch(label)
    if not found or found[1] in NO_LANGUAGE:
        return UNDETERMINED
    named, script, region = found.groups()
    language = OURS.get(named) or Locale(named).toLanguageTag()
    if len(language) == 3:
        whole = Locale.createCanonical(language).getLanguage()
        language = whole if len(whole) == 2 else language
    return "-".join(part for part in (language, unusual(language, script), region) if part)


def unusual(language: str, script: str | None) -> str:
    """The script, empty where it is the one that `language` is usually written in, or where CLDR does not know it."""
    locale = Locale(language)
    locale.addLikelySubtags()
    return script if script and locale.getScript() not in ("", script) and script not in ANY_SCRIPT else ""
