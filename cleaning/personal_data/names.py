"""Names of people, by a spaCy pipeline that the user has. No pipeline is a part of Kvern."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from cleaning.errors import CleanError
from cleaning.personal_data.detector import Span

# Of OntoNotes (en), of WikiNER and NorNE (nb, da, fi), of SUC (sv).
PERSON_LABELS = frozenset({"PERSON", "PER", "PRS"})
LONGEST = 100_000  # characters at once: spaCy takes a gigabyte for ten times as many, and refuses more


@lru_cache(maxsize=1)
def finder(model: str) -> Callable[[str], list[Span]]:
    """A function that finds the names of people in a text. model: the name or the path of a spaCy pipeline.

    Raises CleanError where spaCy or the pipeline is missing, or the pipeline finds no names.
    Source: https://spacy.io/usage/linguistic-features#named-entities
    """
    try:
        import spacy
    except ImportError as error:
        raise CleanError(f"names_model is {model!r}, and spaCy is not installed: pip install 'kvern[names]'") from error
    try:
        pipeline = spacy.load(model)
    except OSError as error:
        raise CleanError(
            f"names_model is {model!r}: expected a spaCy pipeline, either installed "
            f"(python -m spacy download nb_core_news_sm) or the folder that one was saved to ({error})"
        ) from error
    if not {"ner", "entity_ruler", "span_ruler"} & set(pipeline.pipe_names):
        raise CleanError(f"names_model is {model!r}: the pipeline has no component that finds names, such as `ner`")

    def names(text: str) -> list[Span]:
        return [
            Span(start + entity.start_char, start + entity.end_char, "name")
            for start, piece in pieces(text)
            for entity in pipeline(piece).ents
            if entity.label_ in PERSON_LABELS
        ]

    return names


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces that spaCy takes, cut at spaces where there are any, each with its place."""
    start = 0
    while start < len(text):
        end = min(len(text), start + LONGEST)
        if end < len(text):
            end = (
                max(text.rfind(" ", start + LONGEST // 2, end), text.rfind("\n", start + LONGEST // 2, end)) + 1 or end
            )
        yield start, text[start:end]
        start = end
