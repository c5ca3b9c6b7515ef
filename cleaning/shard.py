"""Shards the kept documents into a Hugging Face dataset: `dataset/<language>/<split>-00000-of-00003.parquet`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial

import datasets
import pyarrow as pa

from cleaning.card import dataset_card
from cleaning.dedup import read_map
from cleaning.split import OVERLAP, SPLITS, Member, SplitSettings, assign
from scrapers import store
from scrapers.manifest import Outcome, Run, Stage, Workspace, run_stage
from scrapers.record import SCHEMA, Document, Dropped, dropped_table

FEATURES = datasets.Features.from_arrow_schema(SCHEMA)


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

    inputs: `duplicates.parquet` and the parts of `kept/`. name: of the corpus, for its card.
    """
    work = partial(write_dataset, inputs=inputs, settings=settings, name=name)
    parameters = asdict(settings) | {"name": name}
    return run_stage(run, "shard", work, inputs=inputs, parameters=parameters, order=order)


def write_dataset(workspace: Workspace, *, inputs: Sequence[str], settings: ShardSettings, name: str) -> Outcome:
    """Writes the dataset into the workspace: two passes, the first over the columns that decide the split."""
    parts = [workspace.run.path(path) for path in inputs if path.startswith("kept/")]
    maps = [workspace.run.path(path) for path in inputs if not path.startswith("kept/")]
    members = read_members(parts, maps)
    splits = assign([member for member, _ in members], settings.split)
    languages = {member.id: language for member, language in members}
    sizes = Counter((languages[i], split) for i, split in splits.items() if split != OVERLAP)
    files = write_shards(workspace, parts, splits, sizes, settings.rows)
    dropped = [i for i, split in splits.items() if split == OVERLAP]
    if dropped:
        path = "dropped/part-shard-00000.parquet"
        store.write_table(workspace.path(path), dropped_table(overlapping(parts, set(dropped))))
        files[path] = len(dropped)
    sources = Counter((row["source"], row["licence"]) for row in rows(parts, ["source", "licence"]))
    card = dataset_card(name, sizes, sources, FEATURES)
    with store.open_atomic(workspace.path("dataset/README.md")) as stream:
        stream.write(card.encode())
    files["dataset/README.md"] = None
    rules = {OVERLAP: len(dropped)} if dropped else {}
    detail = {"splits": {split: sum(n for (_, s), n in sizes.items() if s == split) for split in SPLITS}}
    return Outcome(files, len(members), sum(sizes.values()), rules, detail)


def rows(parts: Sequence[str], columns: list[str] | None = None) -> Iterator[dict[str, object]]:
    """The rows of all parts, in order, of the columns asked for."""
    for part in parts:
        for batch in store.read_batches(part, columns=columns):
            yield from batch.to_pylist()


def read_members(parts: Sequence[str], maps: Sequence[str]) -> list[tuple[Member, str]]:
    """What decides the split of each document, and its language; a document without a group is one of its own."""
    duplicates = {i: duplicate for url in maps for i, duplicate in read_map(url).items()}
    clusters = {d.kept_id: d.cluster for d in duplicates.values()} | {i: d.cluster for i, d in duplicates.items()}
    found = []
    for row in rows(parts, ["id", "source", "group", "lang"]):
        identifier = str(row["id"])
        group = str(row["group"] or identifier)
        member = Member(identifier, str(row["source"]), group, clusters.get(identifier))
        found.append((member, str(row["lang"] or "und")))
    return found


def write_shards(
    workspace: Workspace, parts: Sequence[str], splits: dict[str, str], sizes: Counter[tuple[str, str]], limit: int
) -> dict[str, int | None]:
    """Writes `dataset/<language>/<split>-<n>-of-<m>.parquet`, every shard but the last of a split of `limit` rows."""
    waiting: dict[tuple[str, str], list[dict[str, object]]] = defaultdict(list)
    written: Counter[tuple[str, str]] = Counter()
    files: dict[str, int | None] = {}

    def write(key: tuple[str, str]) -> None:
        language, split = key
        shards = -(-sizes[key] // limit)
        path = f"dataset/{language}/{split}-{written[key]:05d}-of-{shards:05d}.parquet"
        table = pa.Table.from_pylist(waiting.pop(key), schema=FEATURES.arrow_schema)
        store.write_table(workspace.path(path), table)
        files[path] = table.num_rows
        written[key] += 1

    for row in rows(parts):
        key = (str(row["lang"] or "und"), splits[str(row["id"])])
        if key[1] == OVERLAP:
            continue
        waiting[key].append(row)
        if len(waiting[key]) == limit:
            write(key)
    for key in sorted(waiting):
        write(key)
    return files


def overlapping(parts: Sequence[str], ids: set[str]) -> Iterator[Dropped]:
    """The documents `ids`, dropped because the test split has others of their group or their duplicates."""
    for row in rows(parts):
        if row["id"] in ids:
            document = Document.from_row(row)
            yield Dropped(document, "shard", OVERLAP, document.group or document.id, "no group in two splits")
