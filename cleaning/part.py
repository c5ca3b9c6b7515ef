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
    values = asdict(document)
    broken = {name for name, value in values.items() if isinstance(value, str) and LONE_SURROGATE.search(value)}
    return Document(**values | {name: LONE_SURROGATE.sub("", values[name]) for name in broken}) if broken else document


def sort_part(
    part: Part, decide: Callable[[Sequence[Document]], Sequence[Document | Dropped]], *, stage: str, target: str
) -> dict[str, Any]:
    """Writes what `decide` keeps of the part to `<target>/`, what it drops to `dropped/`; returns the part's tally.

    decide: gets the documents of the part, and says what becomes of each, in their order.
    """
    documents = list(read_part(part.source))
    results = decide(documents)
    kept = [result for result in results if isinstance(result, Document)]
    dropped = [result for result in results if isinstance(result, Dropped)]
    path = f"{target}/part-{part.number:05d}.parquet"
    files = {path: len(kept)}
    store.write_table(part.workspace + path, table(kept))
    if dropped:
        path = f"dropped/part-{stage}-{part.number:05d}.parquet"
        files[path] = len(dropped)
        store.write_table(part.workspace + path, dropped_table(dropped))
    rules = Counter(item.rule for item in dropped)
    return {"received": len(documents), "kept": len(kept), "dropped": rules, "files": files}


def outcome_of(tallies: Iterable[Mapping[str, Any]], detail: Mapping[str, Any]) -> Outcome:
    """The outcome of a stage whose parts have these tallies."""
    files: dict[str, int | None] = {}
    total: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for tally in tallies:
        files |= tally["files"]
        total.update({key: tally[key] for key in ("received", "kept")})
        dropped.update(tally["dropped"])
    return Outcome(files, total["received"], total["kept"], dropped, detail)
