"""Heliport, which is HeLI-OTS in Rust: 200 languages, fast, good between neighbours.

Heliport is under the GPL-3.0, and reached through this module alone.
"""

import math
from collections.abc import Sequence

import heliport

from cleaning.codes import bcp47
from cleaning.language import ABSTAINED, UNDETERMINED, Identify, Language

PACKAGES = ("heliport",)  # whose versions are part of the answer
TWICE = math.log10(2)
CANDIDATES = 5


def load() -> Identify:
    """Heliport, which abstains where the gap between its two best languages is below what it learned of the best.

    HeLI gives each language a cost, the mean over the words of -log10 of their probability. The score is the share of
    the best in the probability of the two best, 1 / (1 + 10 ** -gap), so 0.5 where they are level: of a word, hence
    modest for a long text. The alternatives are the languages at least half as probable as the best.
    Source: https://github.com/ZJaume/heliport, https://aclanthology.org/2022.lrec-1.416
    """
    identifier = heliport.Identifier()

    def identify(texts: Sequence[str]) -> list[Language]:
        found = identifier.par_identify_with_score(list(texts))
        return [language_of(text, bcp47(label), gap) for text, (label, gap) in zip(texts, found, strict=True)]

    def language_of(text: str, code: str, gap: float) -> Language:
        if code == UNDETERMINED:
            return ABSTAINED
        near = alternatives(text, code) if gap < TWICE else ()
        return Language(code, round(1 / (1 + 10**-gap), 4), near)

    def alternatives(text: str, code: str) -> tuple[str, ...]:
        costs = identifier.identify_topk_with_score(text, CANDIDATES)
        codes = dict.fromkeys(bcp47(label) for label, cost in costs if cost - costs[0][1] <= TWICE)
        return tuple(other for other in codes if other not in (code, UNDETERMINED))

    return identify
