"""Parts: what the mapped stages read and write, a few thousand documents each, so that memory stays bounded."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import asdict

from scrapers import store
from scrapers.manifest import Outcome, Workspace
from scrapers.record import Document, Dropped, dropped_table, table

# How the parts are spread over workers: any function with the meaning of the built-in `map`.
Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

MOST_SOURCES = 200  # that the waterfall and the counts of rules tell apart
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Part:
    """One input part of a stage. source: its URL. workspace: the URL of the folder the stage writes in, with a slash.

    first: the row of its first document in the whole input, where the stage asks for it.
    """

    source: str
    workspace: str
    number: int
    first: int = 0

    def url(self, name: str, extension: str) -> str:
        """The URL in the workspace of a file about this part."""
        return f"{self.workspace}{name}-{self.number:05d}.{extension}"


def parts_of(workspace: Workspace, inputs: Sequence[str]) -> list[Part]:
    """The parts of a stage whose input files are `inputs`, paths below the run."""
    return [Part(workspace.run.path(path), workspace.path(""), number) for number, path in enumerate(inputs)]


def read_part(url: str) -> Iterator[Document]:
    """The documents of a part of a run, raw or cleaned, in order, without lone surrogates: no file of text has them."""
    if url.endswith(".parquet"):
        for batch in store.read_batches(url):
            yield from map(Document.from_row, batch.to_pylist())
    else:
        yield from map(encodable, store.read_documents(url))


def encodable(document: Document) -> Document:
    """The document without lone surrogates, which JSON can hold (half an emoji, cut by a site), and UTF-8 cannot."""
    try:
        store.ENCODER.encode(document)  # which a document pays a tenth for of what a search in all its columns costs
    except UnicodeEncodeError:
        values = {name: without_surrogates(value) for name, value in asdict(document).items()}
        return Document(**values)
    return document


def without_surrogates(value: Any) -> Any:
    """`value`, without lone surrogates where it is a text."""
    return LONE_SURROGATE.sub("", value) if isinstance(value, str) else value


def sort_part(
    part: Part, decide: Callable[[Sequence[Document]], Sequence[Document | Dropped]], *, stage: str, target: str
) -> dict[str, Any]:
    """Writes what `decide` keeps of the part to `<target>/`, what it drops to `dropped/`; returns the part's tally.

    decide: gets the documents of the part, and says what becomes of each, in their order.
    """
    return write_results(part, decide(list(read_part(part.source))), stage=stage, target=target)


def write_results(part: Part, results: Sequence[Document | Dropped], *, stage: str, target: str) -> dict[str, Any]:
    """Writes the documents among the results to `<target>/`, the dropped ones to `dropped/`; returns the tally.

    The tally has the files with their records, and how many documents of each source and language were kept (rule "")
    or dropped, by rule.
    """
    kept = [result for result in results if isinstance(result, Document)]
    dropped = [result for result in results if isinstance(result, Dropped)]
    path = f"{target}/part-{part.number:05d}.parquet"
    files = {path: len(kept)}
    store.write_table(part.workspace + path, table(kept))
    if dropped:
        path = f"dropped/part-{stage}-{part.number:05d}.parquet"
        files[path] = len(dropped)
        store.write_table(part.workspace + path, dropped_table(dropped))
    flow = Counter((document.source, document.lang or "", "") for document in kept)
    flow.update((item.document.source, item.document.lang or "", item.rule) for item in dropped)
    return {"files": files, "flow": [[*key, count] for key, count in sorted(flow.items())]}


def outcome_of(tallies: Iterable[Mapping[str, Any]], detail: Mapping[str, Any]) -> Outcome:
    """The outcome of a stage whose parts have these tallies; with the waterfall by source and language."""
    files: dict[str, int | None] = {}
    flow: Counter[tuple[str, str, str]] = Counter()
    for tally in tallies:
        files |= tally["files"]
        for source, lang, rule, count in tally["flow"]:
            flow[source, lang, rule] += count
    dropped: Counter[str] = Counter()
    for (_, _, rule), count in flow.items():
        dropped[rule] += count
    kept = dropped.pop("", 0)
    return Outcome(files, flow.total(), kept, dropped, {**detail, "waterfall": waterfall(flow)})


def largest(sizes: Mapping[str, int]) -> frozenset[str]:
    """The `MOST_SOURCES` sources with most documents, of several with as many the first by name."""
    ranked = sorted(sizes, key=lambda source: (-sizes[source], source))
    return frozenset(ranked[:MOST_SOURCES])


def waterfall(flow: Mapping[tuple[str, str, str], int]) -> list[dict[str, Any]]:
    """A row for each source and language: documents in, kept, and dropped by each rule. flow: by (source, lang, rule).

    Sources beyond the MOST_SOURCES with most documents share the source "": a foreign file may name one a row.
    """
    sizes: Counter[str] = Counter()
    for (source, _, _), count in flow.items():
        sizes[source] += count
    named = largest(sizes)
    shown: Counter[tuple[str, str, str]] = Counter()
    for (source, lang, rule), count in flow.items():
        shown[source if source in named else "", lang, rule] += count
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (source, lang, rule), count in sorted(shown.items()):
        row = rows.setdefault((source, lang), {"source": source, "lang": lang, "in": 0, "kept": 0, "dropped": {}})
        row["in"] += count
        if rule:
            row["dropped"][rule] = count
        else:
            row["kept"] = count
    return list(rows.values())
