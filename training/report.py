"""The report of a run, one page that needs nothing but itself: `read_run` reads, `render_report` is pure."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from itertools import chain, islice, pairwise, zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaning.annotations import FOLDER as ANNOTATIONS
from cleaning.changes import Change, changes
from cleaning.part import read_part
from scrapers.record import Document
from training import charts
from training.charts import count, cross, cut, day, duration, interval, score, share, tick

MANIFEST = {"kvern", "schema", "name", "recipe", "versions", "seed", "stages"}
TEXT_LENGTH = 300  # characters of an example
EACH = 3  # examples of a rule, and of a language
REWRITTEN = 6  # documents whose changes are shown
CHANGES = 4  # changes of each
CANDIDATES = 200  # documents of a source whose changes are looked for
FLOWS = 60  # rows of the waterfall by source and language
CORPUS_STAGES = ("collect", "clean", "dedup", "shard")  # each reads what the one before kept
# What has no glyph and no meaning in HTML: C0 and C1 controls but tab and newline, lone surrogates.
UNPRINTABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0xD800, 0xE000)], "\ufffd")


class ReportError(Exception):
    """A run folder that cannot be reported on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one stage of the manifest did with its documents."""

    name: str
    came: int
    kept: int
    dropped: Mapping[str, int]
    seconds: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @property
    def unaccounted(self) -> int:
        """Documents neither kept nor dropped under a rule; negative where more came out than in."""
        return self.came - self.kept - sum(self.dropped.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """`count` documents of one source, language, licence, verdict (and rule); `rows`: the first few, (file, row)."""

    source: str
    lang: str | None
    licence: str
    reserved: str
    rule: str | None
    count: int
    first: datetime
    last: datetime
    rows: tuple[tuple[Path, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A document to look at, its text cut at `TEXT_LENGTH` characters; `length` is that of the whole."""

    text: str
    length: int
    source: str
    url: str
    lang: str | None
    rule: str | None = None
    value: str | None = None
    threshold: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """A document whose text the cleaning changed: where, and how often, of which `changes` are the first few."""

    source: str
    url: str
    lang: str | None
    count: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Where the documents of a source and a language went in a stage, or in all that are not shown one by one."""

    source: str
    lang: str
    came: int
    kept: int
    dropped: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """All that a report says. `metrics` and `training` are None where the run trained nothing."""

    manifest: Mapping[str, Any]
    stages: tuple[Stage, ...]
    metrics: Mapping[str, Any] | None = None
    training: Mapping[str, Any] | None = None
    kept: tuple[Group, ...] = ()
    dropped: tuple[Group, ...] = ()
    kept_examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    dropped_examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    dataset: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rewritten: tuple[Rewriting, ...] = ()
    inspections: tuple[Mapping[str, Any], ...] = ()


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`. Raises ReportError where there is none."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: expected a JSON object written by the run, found: {error}") from error
    if not isinstance(content, dict):
        raise ReportError(f"{path}: expected a JSON object written by the run, found a {type(content).__name__}")
    return content


def read_stage(entry: Mapping[str, Any]) -> Stage:
    """The stage of a manifest entry. Raises ReportError naming what the entry lacks."""
    try:
        return Stage(
            name=entry["name"],
            came=entry["in"],
            kept=entry["kept"],
            dropped=entry["dropped"],
            seconds=entry.get("seconds"),
            detail=entry.get("detail") or {},
            files=tuple((way, file) for way in ("inputs", "outputs") for file in entry.get(way) or ()),
        )
    except KeyError as error:
        raise ReportError(f"manifest.json: stage {entry.get('name')!r} has no {error}; run that stage again") from error


def tally(parts: Sequence[Path], rule: bool) -> tuple[Group, ...]:
    """The documents of `parts` counted by source, language, licence, verdict (and rule); no text is read."""
    keys = ["source", "lang", "licence", "reserved", *(["rule"] if rule else [])]
    found: defaultdict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for part in parts:
        with pq.ParquetFile(part) as reader:
            start = 0
            for batch in reader.iter_batches(65_536, columns=[*keys, "collected_at"]):
                rows = pa.array(range(start, start + len(batch)))
                start += len(batch)
                grouped = pa.Table.from_batches([batch]).append_column("row", rows).group_by(keys, use_threads=False)
                for group in grouped.aggregate(
                    [("row", "list"), ("collected_at", "min"), ("collected_at", "max")]
                ).to_pylist():
                    found[tuple(group[key] for key in keys)].append(group | {"part": part})
    return tuple(
        Group(
            **({"rule": None} | dict(zip(keys, key, strict=True))),
            count=sum(len(group["row_list"]) for group in groups),
            first=min(group["collected_at_min"] for group in groups),
            last=max(group["collected_at_max"] for group in groups),
            rows=tuple((group["part"], row) for group in groups for row in group["row_list"][:EACH])[:EACH],
        )
        for key, groups in found.items()
    )


def read_rows(part: Path, wanted: Iterable[int]) -> dict[int, Example]:
    """The `wanted` rows of one file; row groups without any are not read, of a text only its start is kept."""
    rows, examples, start = sorted(wanted), {}, 0
    with pq.ParquetFile(part) as reader:
        shown = ["source", "url", "lang", *({"rule", "value", "threshold", "part"} & set(reader.schema_arrow.names))]
        for index in range(reader.num_row_groups):
            end = start + reader.metadata.row_group(index).num_rows
            here = [index] if any(start <= row < end for row in rows) else []
            for batch in reader.iter_batches(1024, row_groups=here, columns=["text", *shown]) if here else ():
                inside = [row - start for row in rows if start <= row < start + len(batch)]
                picked = batch.take(pa.array(inside, pa.int64()))
                texts = pc.utf8_slice_codeunits(picked["text"], 0, TEXT_LENGTH).to_pylist()
                lengths = pc.utf8_length(picked["text"]).to_pylist()
                for row, text, length, rest in zip(
                    inside, texts, lengths, picked.select(shown).to_pylist(), strict=True
                ):
                    examples[start + row] = Example(text=text, length=length, **rest)
                start += len(batch)
            start = end
    return examples


def read_examples(
    groups: Sequence[Group], by: Callable[[Group], Hashable], most: int | None = None
) -> dict[Any, tuple[Example, ...]]:
    """Up to `EACH` documents of the `most` frequent `by(group)`, taken in turn from its groups so that sources mix."""
    chosen: dict[Hashable, list[tuple[Path, int]]] = {}
    for name, _ in count_by(groups, by).most_common(most):
        alike = sorted((group for group in groups if by(group) == name), key=lambda group: (group.source, group.rows))
        turns = chain.from_iterable(zip_longest(*(group.rows for group in alike)))
        chosen[name] = [row for row in turns if row is not None][:EACH]
    wanted: defaultdict[Path, set[int]] = defaultdict(set)
    for part, row in chain.from_iterable(chosen.values()):
        wanted[part].add(row)
    rows = {part: read_rows(part, numbers) for part, numbers in wanted.items()}
    return {name: tuple(rows[part][row] for part, row in places) for name, places in chosen.items()}


def count_by(groups: Iterable[Group], by: Callable[[Group], Hashable]) -> Counter[Any]:
    """Documents in `groups` for each `by(group)`."""
    counts = Counter[Any]()
    for group in groups:
        counts[by(group)] += group.count
    return counts


def read_dataset(folder: Path) -> dict[tuple[str, str], int]:
    """Rows of each (configuration, split) under `folder`, from the footers alone."""
    counts = Counter[tuple[str, str]]()
    for part in sorted(folder.glob("*/*-*.parquet")):
        counts[part.parent.name, part.name.split("-")[0]] += pq.read_metadata(part).num_rows
    return dict(counts)


def read_rewritten(run_dir: Path, stages: Sequence[Stage]) -> tuple[Rewriting, ...]:
    """Some documents that the cleaning changed and kept, of its first, its last and its middle part, sources in turn.

    Which ones depends on their ids alone.
    """
    clean = next((stage for stage in stages if stage.name == "clean"), None)
    inputs = [file["path"] for way, file in clean.files if way == "inputs"] if clean else []
    outputs = [file["path"] for way, file in clean.files if way == "outputs"] if clean else []
    by_source: defaultdict[str, list[tuple[str, Document, Document]]] = defaultdict(list)
    for number in sorted({0, len(inputs) // 2, len(inputs) - 1} if inputs else ()):
        name = f"/part-{number:05d}.parquet"
        paths = [path for path in outputs if path.endswith(name) and path.split("/")[0] not in (ANNOTATIONS, "dropped")]
        if not paths or not all((run_dir / path).is_file() for path in (inputs[number], paths[0])):
            continue
        cleaned = {document.id: document for document in read_part(str(run_dir / paths[0]))}
        for raw in read_part(str(run_dir / inputs[number])):
            after = cleaned.get(raw.id)
            if after and after.text != raw.text and len(by_source[raw.source]) < CANDIDATES:
                by_source[raw.source].append((sha256(raw.id.encode()).hexdigest(), raw, after))
    ranked = [sorted(drawn, key=lambda item: item[0]) for _, drawn in sorted(by_source.items())]
    turns = (rewriting(*item[1:]) for item in chain.from_iterable(zip_longest(*ranked)) if item)
    return tuple(islice((found for found in turns if found.changes), REWRITTEN))


def rewriting(raw: Document, cleaned: Document) -> Rewriting:
    """What the cleaning changed in the text of a document, without personal data."""
    found = changes(raw.text, cleaned.text)
    shown = tuple(found[:CHANGES])
    return Rewriting(source=raw.source, url=raw.url, lang=cleaned.lang, count=len(found), changes=shown)


def flows(stage: Stage) -> list[Flow]:
    """The waterfall of a stage by source and language, the largest rows first, those beyond `FLOWS` as one; or none."""
    rows = [
        Flow(source=row["source"], lang=row["lang"], came=row["in"], kept=row["kept"], dropped=row["dropped"])
        for row in stage.detail.get("waterfall") or ()
    ]
    rows.sort(key=lambda row: (-row.came, row.source, row.lang))
    if len(rows) <= FLOWS:
        return rows
    return [*rows[: FLOWS - 1], summed(f"{len(rows) - FLOWS + 1} others", rows[FLOWS - 1 :])]


def summed(name: str, rows: Iterable[Flow]) -> Flow:
    """The rows as one, called `name`."""
    came, kept, dropped = 0, 0, Counter[str]()
    for row in rows:
        came, kept = came + row.came, kept + row.kept
        dropped.update(row.dropped)
    return Flow(source=name, lang="", came=came, kept=kept, dropped=dict(dropped))


def read_run(run_dir: Path) -> ReportData:
    """What the files of a run say. Raises ReportError where `manifest.json` is missing or not one."""
    if not (run_dir / "manifest.json").is_file():
        raise ReportError(
            f"no manifest.json in {run_dir}: expected the folder of a run; make one with `kvern run RECIPE`"
        )
    manifest = read_json(run_dir / "manifest.json")
    if missing := MANIFEST - set(manifest):
        raise ReportError(f"manifest.json in {run_dir} has no {', '.join(sorted(missing))}; run the recipe again")
    metrics, training = run_dir / "metrics.json", run_dir / "model" / "training.json"
    kept = tally(sorted((run_dir / "kept").glob("part-*.parquet")), rule=False)
    dropped = tally(sorted((run_dir / "dropped").glob("part-*.parquet")), rule=True)
    stages = tuple(read_stage(entry) for entry in manifest["stages"])
    return ReportData(
        manifest=manifest,
        stages=stages,
        metrics=read_json(metrics) if metrics.is_file() else None,
        training=read_json(training) if training.is_file() else None,
        kept=kept,
        dropped=dropped,
        kept_examples=read_examples(kept, lambda group: group.lang, most=4),
        dropped_examples=read_examples(dropped, lambda group: group.rule),
        dataset=read_dataset(run_dir / "dataset"),
        rewritten=read_rewritten(run_dir, stages),
        inspections=tuple(read_json(path) for path in sorted((run_dir / "inspection").glob("inspection*.json"))),
    )


def web_address(url: Any) -> bool:
    """Whether `url` is safe as a link: http or https, with a host, without spaces or controls."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
    except ValueError:
        return False
    return (
        parts is not None
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and url.isprintable()
        and " " not in url
    )


def verdict(metrics: Mapping[str, Any], from_scratch: bool) -> tuple[str, str]:
    """How the model fares against its strongest baseline: ("good" or "warn", a sentence that says what to use)."""
    comparison = metrics.get("comparison")
    if comparison is None:
        return "warn", "No model was compared with a baseline, so nothing is claimed for one."
    baseline, difference = comparison["baseline"], comparison["macro_f1_difference"]
    instead = f"use {baseline} or {'a pretrained' if from_scratch else 'another pretrained'} model"
    by = f"difference in macro-F1 {interval(difference)}"
    sentences = {
        "better": ("good", f"The model is better than {baseline} ({by})."),
        "worse": ("warn", f"The model is worse than {baseline} ({by}): {instead}."),
        "no difference shown": ("warn", f"The model is not shown to be any better than {baseline} ({by}): {instead}."),
    }
    return sentences.get(comparison["verdict"], ("warn", f"Compared with {baseline}: {comparison['verdict']} ({by})."))


def corpus_stages(stages: Iterable[Stage]) -> list[Stage]:
    """The stages that pass documents on, in order, all collections summed as one."""
    first = [stage for stage in stages if stage.name.split("/")[0] == "collect"]
    dropped = Counter[str]()
    for stage in first:
        dropped.update(stage.dropped)
    collection = Stage(
        name="collect", came=sum(s.came for s in first), kept=sum(s.kept for s in first), dropped=dict(dropped)
    )
    return [*([collection] if first else []), *(s for s in stages if s.name in CORPUS_STAGES and s.name != "collect")]


def sum_problems(data: ReportData) -> list[str]:
    """A sentence for every stage that does not add up, and for every step between stages that loses documents."""
    problems = [
        f"{stage.name}: {count(stage.came)} in, but {count(stage.kept)} kept and "
        f"{count(sum(stage.dropped.values()))} dropped; {count(abs(stage.unaccounted))} "
        f"{'have no name for why they are gone' if stage.unaccounted > 0 else 'came from nowhere'}."
        for stage in data.stages
        if stage.unaccounted
    ]
    chain_of = corpus_stages(data.stages)
    return problems + [
        f"Between {before.name} and {after.name}: {count(before.kept)} kept, but {count(after.came)} came in."
        for before, after in pairwise(chain_of)
        if before.kept != after.came
    ]


def render_report(data: ReportData) -> str:
    """The page, as HTML. Everything in `data` is escaped by the template; no markup is made anywhere else."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {form.__name__: form for form in (count, cut, day, duration, interval, score, tick)}
    environment.tests["web_address"] = web_address
    corpus = corpus_stages(data.stages)
    from_scratch = data.training is not None and data.training["started_from"] == "random weights"
    page: str = environment.from_string(files("training").joinpath("report.html.j2").read_text("utf-8")).render(
        data=data,
        manifest=data.manifest,
        corpus=corpus,
        sources=[stage for stage in data.stages if stage.name.startswith("collect/")],
        collected=corpus[0].came if corpus else 0,
        remaining=corpus[-1].kept if corpus else 0,
        not_collected=data.manifest.get("not_collected") or {},
        moments=sorted(moment for group in (*data.kept, *data.dropped) for moment in (group.first, group.last)),
        problems=sum_problems(data),
        bars=charts.waterfall((stage.name, stage.came, stage.kept, stage.dropped) for stage in corpus),
        languages=cross((group.source, group.lang or "none", group.count) for group in data.kept),
        refused=cross((g.source, g.lang or "none", g.count) for g in data.dropped if g.rule == "language"),
        reserved=cross((g.source, g.reserved, g.count) for g in (*data.kept, *data.dropped)),
        licences=cross((g.source, g.licence, g.count) for g in (*data.kept, *data.dropped)),
        dataset=cross((name, split, rows) for (name, split), rows in data.dataset.items()),
        dropped_on_disk=sum(group.count for group in data.dropped),
        flows=[(stage.name, flows(stage)) for stage in corpus if stage.detail.get("waterfall")],
        summed=summed,
        rules=next((stage.detail.get("rules") for stage in corpus if stage.name == "clean"), None) or {},
        from_scratch=from_scratch,
        verdict=verdict(data.metrics, from_scratch) if data.metrics else None,
        recipe=json.dumps(data.manifest["recipe"], indent=2, ensure_ascii=False, default=str),
        share=share,
        charts=charts,
    )
    return page.translate(UNPRINTABLE)
