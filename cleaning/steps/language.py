"""Which language a document is in, and whether the corpus wants it."""

from collections.abc import Sequence

from msgspec.structs import replace

from cleaning.language import engine
from cleaning.step import Reason
from scrapers.record import Document


def identify(document: Document, *, engine_name: str = "polyglot") -> Document:
    """The document with `lang`, `lang_score` and `lang_alternatives` as the engine finds them in its text."""
    found = engine(engine_name)(document.text)
    return replace(document, lang=found.code, lang_score=found.score, lang_alternatives=found.alternatives)


def language(document: Document, *, keep: Sequence[str] = ("nb", "nn"), min_score: float = 0.0) -> Document | Reason:
    """Drops a document that is in none of the languages `keep`, or in one with a score below `min_score`."""
    score = document.lang_score or 0.0
    if document.lang in keep and score >= min_score:
        return document
    return Reason(f"{document.lang} {score:.2f}", f"{' or '.join(keep)} >= {min_score:g}")


STEPS = (identify, language)
