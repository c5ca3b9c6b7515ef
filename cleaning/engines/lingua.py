"""Lingua: 75 languages, bokmål and nynorsk among them; good on short text, and slow."""

from collections.abc import Sequence

from lingua import ConfidenceValue, LanguageDetectorBuilder

from cleaning.language import ABSTAINED, Identify, Language, likeliest

PACKAGES = ("lingua-language-detector",)  # whose versions are part of the answer


def load() -> Identify:
    """Lingua with all its languages, whose models it loads as it meets their scripts (1 GB of memory).

    The score is Lingua's confidence: the probability among all its languages.
    Source: https://github.com/pemistahl/lingua-py
    """
    detector = LanguageDetectorBuilder.from_all_languages().build()

    def identify(texts: Sequence[str]) -> list[Language]:
        return [language_of(found) for found in detector.compute_language_confidence_values_in_parallel(list(texts))]

    return identify


def language_of(found: Sequence[ConfidenceValue]) -> Language:
    """The likeliest language; none where all are at zero, as for a script that Lingua does not know."""
    if found[0].value == 0:
        return ABSTAINED
    return likeliest((item.language.iso_code_639_1.name.lower(), item.value) for item in found)
