"""Which language a document is in, and whether the corpus wants it."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Annotated

import msgspec
from msgspec.structs import replace

from cleaning.language import DEFAULT_ENGINE
from cleaning.language import engine as load
from cleaning.step import Finding
from scrapers.record import Document

Score = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least score of a document whose source matches `source`, with wildcards, and whose text is shorter.

    below: the number of characters that the text has fewer than; None for a text of any length.
    """

    min_score: Score
    source: str = "*"
    below: Annotated[int, msgspec.Meta(gt=0)] | None = None

    def covers(self, document: Document) -> bool:
        """Whether the threshold is for this document."""
        short = self.below is None or len(document.text) < self.below
        return short and fnmatchcase(document.source, self.source)

    def __str__(self) -> str:
        source = f" for source {self.source}" if self.source != "*" else ""
        return f"{self.min_score:g}{source}" + (f" below {self.below} characters" if self.below is not None else "")


def identify(documents: Sequence[Document], *, engine: str = DEFAULT_ENGINE) -> list[Document]:
    """The documents with `lang`, `lang_score` and `lang_alternatives` as the engine finds them in the texts."""
    found = load(engine)([document.text for document in documents])
    return [
        replace(document, lang=item.code, lang_score=item.score, lang_alternatives=item.alternatives)
        for document, item in zip(documents, found, strict=True)
    ]


def language(
    document: Document,
    *,
    keep: Sequence[str] = ("nb", "nn"),
    min_score: Score = 0.0,
    thresholds: Sequence[Threshold] = (),
    plausible: bool = False,
) -> Finding:
    """Drops a document that is in none of the languages `keep`, or in one with too low a score.

    The least score is that of the first of `thresholds` that is for the document, else `min_score`. plausible: whether
    a document stays where a language of `keep` is not the likeliest, and is among the alternatives.
    """
    score, others = document.lang_score or 0.0, document.lang_alternatives or ()
    least = next((item for item in thresholds if item.covers(document)), Threshold(min_score))
    kept = (document.lang in keep and score >= least.min_score) or (plausible and not set(others).isdisjoint(keep))
    value, wanted = f"{document.lang} {score:.4g}", f"{' or '.join(keep)} >= {least}"
    if not plausible:
        return Finding(value, wanted, kept)
    wanted += ", or among the alternatives"
    return Finding(f"{value}, alternatives: {', '.join(others) or 'none'}", wanted, kept)


STEPS = (language,)
BATCH_STEPS = (identify,)
