"""Text without what leads to a person, masked where it stands: e-mail addresses, numbers, handles, profiles, names."""

import hashlib
from collections.abc import Sequence

from msgspec.structs import replace

from cleaning.personal_data.detector import Kind, Span
from cleaning.personal_data.find import KINDS, find
from cleaning.personal_data.names import finder
from cleaning.step import Finding, Rewritten
from scrapers.record import Document


def mask_personal_data(
    document: Document, *, kinds: Sequence[Kind] = KINDS, names_model: str = ""
) -> Document | Rewritten:
    """The document with `[EMAIL]`, `[PHONE]`, `[NATIONAL_ID]`, … where personal data of these kinds stood.

    A finding has the kind as its value, and the place of the placeholder in the text; of the title it has none, and
    says so. Its part is `short_hash` of what stood there. names_model: the name or the path of a spaCy pipeline, with
    which names of people become `[NAME]`.
    Raises CleanError where the pipeline cannot be loaded.
    """
    text, in_text = masked(document.text, kinds, names_model)
    title, in_title = masked(document.title or "", kinds, names_model)
    if not in_text and not in_title:
        return document
    findings = [
        *(Finding(str(span.kind), "masked", True, "", part, span.start, span.end) for span, part in in_text),
        *(Finding(str(span.kind), "masked", True, "", f"title {part}") for span, part in in_title),
    ]
    return Rewritten(replace(document, text=text, title=title or document.title), tuple(findings))


def masked(text: str, kinds: Sequence[Kind] = KINDS, names_model: str = "") -> tuple[str, list[tuple[Span, str]]]:
    """The text with a placeholder for each span of personal data; where each is, and the hash of what it hides."""
    spans = find(text, kinds)
    if names_model:
        spans = sorted([*spans, *(name for name in finder(names_model)(text) if not any(map(name.overlaps, spans)))])
    pieces, found, at, length = [], [], 0, 0
    for span in spans:
        pieces += [text[at : span.start], f"[{str(span.kind).upper()}]"]
        length += span.start - at
        found.append((Span(length, length + len(pieces[-1]), span.kind), short_hash(text[span.start : span.end])))
        length += len(pieces[-1])
        at = span.end
    return "".join([*pieces, text[at:]]), found


def short_hash(secret: str) -> str:
    """16 bits of BLAKE2b as four hexadecimal digits: equal for equal secrets, and the same for many others.

    With more bits, a telephone number could be found by hashing all there are. Of these, 1,500 share a hash.
    """
    return hashlib.blake2b(secret.encode("utf-8", "surrogatepass"), digest_size=2).hexdigest()


STEPS = (mask_personal_data,)
