"""py3langid, which is langid.py brought up to date: 140 languages; Norwegian is bokmål to it, or nynorsk."""

from collections.abc import Sequence

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from cleaning.codes import bcp47
from cleaning.language import ABSTAINED, Identify, Language, likeliest

PACKAGES = ("py3langid",)  # whose versions are part of the answer


def load() -> Identify:
    """py3langid with the model that it ships.

    The score is the probability of naive Bayes over n-grams of bytes, tempered by the length of the text.
    Source: https://github.com/adbar/py3langid
    """
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def identify(texts: Sequence[str]) -> list[Language]:
        return [language_of(identifier.rank(text)) for text in texts]

    return identify


def language_of(ranks: Sequence[tuple[str, float]]) -> Language:
    """The likeliest language; none where all are level, which is where the model knows nothing in the text."""
    if ranks[1][1] == ranks[-1][1]:
        return ABSTAINED
    return likeliest((bcp47(label), chance) for label, chance in ranks)
