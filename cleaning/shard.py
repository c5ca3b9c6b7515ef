"""Shards the kept documents into a Hugging Face dataset: `dataset/<language>/<split>-00000-of-00003.parquet`."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

import datasets

from cleaning.card import dataset_card
from cleaning.duplicate_map import MAP, read_map
from cleaning.errors import CleanError
from cleaning.language import UNDETERMINED
from cleaning.part import read_part
from cleaning.split import OVERLAP, SPLITS, Member, SplitSettings, assign
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, run_stage
from scrapers.record import SCHEMA, Document, Dropped, dropped_table, table

# Parquet has no timestamps in seconds: written as such they are read as milliseconds.
FEATURES = datasets.Features(
    {**datasets.Features.from_arrow_schema(SCHEMA), "collected_at": datasets.Value("timestamp[ms, tz=UTC]")}
)
METADATA = {**SCHEMA.metadata, **FEATURES.arrow_schema.metadata}  # the record's version, and what `datasets` reads


@dataclass(frozen=True)
class ShardSettings:
    """rows: the most documents a shard holds. split: how train, validation and test are drawn."""

    rows: int = 50_000
    split: SplitSettings = field(default_factory=SplitSettings)

    def __post_init__(self) -> None:
        if self.rows < 1:
            raise ValueError(f"shard.rows is {self.rows}: expected 1 or more")


def shard_corpus(
    run: Run, settings: ShardSettings, *, inputs: Sequence[str], name: str, order: Sequence[str] = ()
) -> Stage:
    """The stage `shard`: every document of `inputs` in a shard of `dataset/`, or in `dropped/` as tied to the test.

    inputs: parts of documents, with `duplicates.parquet` where there is one. name: of the corpus, for its card. Raises
    CleanError where there is no document.
    """
    work = partial(write_dataset, inputs=inputs, settings=settings, name=name)
    parameters = asdict(settings) | {"name": name}
    return run_stage(run, "shard", work, inputs=inputs, parameters=parameters, order=order)


def write_dataset(workspace: Workspace, *, inputs: Sequence[str], settings: ShardSettings, name: str) -> Outcome:
    """Writes the dataset into the workspace, in two passes over the parts: the first decides the splits."""
    parts = [workspace.run.path(path) for path in inputs if path != MAP]
    members, languages, licences = read_members(parts, [workspace.run.path(MAP)] if MAP in inputs else [])
    if not members:
        raise CleanError(f"there is no document to shard in {workspace.run.url}: dropped/ says what became of them")
    splits = assign(members, settings.split)
    sizes = Counter((language, splits[member.id]) for member, language in zip(members, languages, strict=True))
    dropped = sum(sizes.pop((language, OVERLAP), 0) for language in set(languages))
    files = write_shards(workspace, parts, splits, sizes, settings.rows)
    if dropped:
        path = "dropped/part-shard-00000.parquet"
        store.write_table(workspace.path(path), dropped_table(overlapping(parts, splits)))
        files[path] = dropped
    sources = Counter(
        (member.source, licence)
        for member, licence in zip(members, licences, strict=True)
        if splits[member.id] != OVERLAP
    )
    content = digest_of([store.sha256(workspace.path(path)) for path in sorted(files) if path.startswith("dataset/")])
    card = dataset_card(name, sizes, sources, FEATURES, content=content, stages=workspace.run.stages)
    with store.open_atomic(workspace.path("dataset/README.md")) as stream:
        stream.write(card.encode())
    files["dataset/README.md"] = None
    rules = {OVERLAP: dropped} if dropped else {}
    detail = {"splits": {split: sum(n for (_, s), n in sizes.items() if s == split) for split in SPLITS}}
    return Outcome(files, len(members), sizes.total(), rules, detail)


def digest_of(digests: Sequence[str]) -> str:
    """One digest for all, 16 hexadecimal digits."""
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


def read_all(parts: Sequence[str]) -> Iterator[Document]:
    """The documents of all parts, in order."""
    for part in parts:
        yield from read_part(part)


def language_of(document: Document) -> str:
    """The language whose folder the document goes in; `und` where nobody identified it."""
    return document.lang or UNDETERMINED


def read_members(parts: Sequence[str], maps: Sequence[str]) -> tuple[list[Member], list[str], list[str]]:
    """What decides the split of each document, its language and its licence.

    A document without a group is one of its own.
    """
    clusters = {}
    for duplicate in (duplicate for url in maps for duplicate in read_map(url)):
        clusters[duplicate.id] = clusters[duplicate.kept_id] = duplicate.cluster
    members, languages, licences = [], [], []
    for document in read_all(parts):
        group = document.group or document.id
        members.append(Member(document.id, document.source, group, clusters.get(document.id)))
        languages.append(language_of(document))
        licences.append(document.licence)
    return members, languages, licences


def write_shards(
    workspace: Workspace,
    parts: Sequence[str],
    splits: Mapping[str, str],
    sizes: Counter[tuple[str, str]],
    limit: int,
) -> dict[str, int | None]:
    """Writes `dataset/<language>/<split>-<n>-of-<m>.parquet`, every shard but the last of a split of `limit` rows."""
    waiting: dict[tuple[str, str], list[Document]] = defaultdict(list)
    written: Counter[tuple[str, str]] = Counter()
    files: dict[str, int | None] = {}

    def write(key: tuple[str, str]) -> None:
        language, split = key
        shards = -(-sizes[key] // limit)
        path = f"dataset/{language}/{split}-{written[key]:05d}-of-{shards:05d}.parquet"
        files[path] = len(waiting[key])
        store.write_table(workspace.path(path), table(waiting.pop(key)).replace_schema_metadata(METADATA))
        written[key] += 1

    for document in read_all(parts):
        key = (language_of(document), splits[document.id])
        if key[1] == OVERLAP:
            continue
        waiting[key].append(document)
        if len(waiting[key]) == limit:
            write(key)
    for key in sorted(waiting):
        write(key)
    return files


def overlapping(parts: Sequence[str], splits: Mapping[str, str]) -> Iterator[Dropped]:
    """The documents that are dropped because the test split has others of their group or their duplicates."""
    for document in read_all(parts):
        if splits[document.id] == OVERLAP:
            yield Dropped(document, "shard", OVERLAP, document.group or document.id, "no group in two splits")
