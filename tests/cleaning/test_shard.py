import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import datasets
import pyarrow.parquet as pq
import pytest
import yaml
from huggingface_hub import DatasetCard

from cleaning.dedup import DedupSettings, dedup_corpus
from cleaning.errors import CleanError
from cleaning.shard import FEATURES, ShardSettings, shard_corpus
from cleaning.split import SPLITS, SplitSettings
from scrapers.manifest import Run, Stage
from scrapers.record import DROPPED_SCHEMA, SCHEMA, SCHEMA_VERSION, Document

Make = Callable[..., Document]
RunOf = Callable[[Sequence[Sequence[Document]]], tuple[Run, list[str]]]
LANGUAGES = ("nb", "nb", "nb", "nn", None)
SETTINGS = ShardSettings(rows=7, split=SplitSettings(validation=0.2, test=0.2))


def corpus(document: Make) -> list[list[Document]]:
    """Documents in two languages and in none, two a group, in parts of thirty; columns nearly all null."""
    documents = [
        document(
            f"Dokument nummer {number * 7919} har sin helt egne tekst: {number**3} og {number**5}.",
            id=f"{number:04}",
            lang=LANGUAGES[number % 5],
            group=f"g{number // 10}",
            source=("avis", "butikk")[number % 2],
            licence=("CC-BY-4.0", "unknown")[number % 2],
        )
        for number in range(150)
    ]
    return [documents[start : start + 30] for start in range(0, 150, 30)]


def kept_files(dedup: Stage) -> list[str]:
    """What `dedup` published but the dropped documents."""
    return [file.path for file in dedup.outputs if not file.path.startswith("dropped/")]


@pytest.fixture(scope="module")
def sharded(document: Make, run_of: RunOf) -> tuple[Run, Stage]:
    """A run whose documents went through `dedup` and `shard`."""
    run, inputs = run_of(corpus(document))
    dedup = dedup_corpus(run, DedupSettings(threshold=1), inputs=inputs)
    return run, shard_corpus(run, SETTINGS, inputs=kept_files(dedup), name="prøve")


def shards(run: Run) -> dict[tuple[str, str], list[str]]:
    """The names of the shards by language and split, in order."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(Path(run.path("dataset")).glob("*/*.parquet")):
        found.setdefault((path.parent.name, path.name.split("-")[0]), []).append(path.name)
    return found


def test_every_document_is_in_one_shard_and_shards_are_full_and_numbered(sharded: tuple[Run, Stage]) -> None:
    run, stage = sharded
    ids = []
    for (language, split), names in shards(run).items():
        assert names == [f"{split}-{number:05d}-of-{len(names):05d}.parquet" for number in range(len(names))]
        tables = [pq.read_table(run.path(f"dataset/{language}/{name}")) for name in names]
        assert [table.num_rows for table in tables[:-1]] == [7] * (len(tables) - 1)
        assert 0 < tables[-1].num_rows <= 7
        ids += [identifier for table in tables for identifier in table["id"].to_pylist()]
        assert {row or "und" for table in tables for row in table["lang"].to_pylist()} == {language}
    assert Counter(ids) == Counter(f"{number:04}" for number in range(150))
    assert (stage.received, stage.kept, dict(stage.dropped)) == (150, 150, {})
    rows = {file.path: file.records for file in stage.outputs if file.records is not None}
    assert rows == {
        path: pq.read_metadata(run.path(path)).num_rows for path in run.files("dataset") if "parquet" in path
    }
    assert sum(stage.detail["splits"].values()) == 150 and set(stage.detail["splits"]) == set(SPLITS)


def test_no_group_is_in_two_splits(sharded: tuple[Run, Stage]) -> None:
    run, _ = sharded
    found: dict[str, set[str]] = {}
    for (language, split), names in shards(run).items():
        for name in names:
            for group in pq.read_table(run.path(f"dataset/{language}/{name}"))["group"].to_pylist():
                found.setdefault(group, set()).add(split)
    assert len(found) == 15 and all(len(splits) == 1 for splits in found.values())
    assert len(set.union(*found.values())) == 3


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """`datasets` without a network."""
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("config", "languages"), [(None, {"nb", "nn", None}), ("nb", {"nb"}), ("nn", {"nn"}), ("und", {None})]
)
def test_the_dataset_loads_with_its_features_and_all_its_rows(
    sharded: tuple[Run, Stage], tmp_path: Path, config: str | None, languages: set[str | None]
) -> None:
    run, stage = sharded
    found = datasets.load_dataset(run.path("dataset"), config, cache_dir=str(tmp_path))
    assert set(found) == set(SPLITS)
    assert {language for split in found.values() for language in split["lang"]} == languages
    for name, split in found.items():
        assert split.features == FEATURES
        assert split.num_rows == sum(
            file.records or 0
            for file in stage.outputs
            if f"/{name}-" in file.path and (config is None or f"/{config}/" in file.path)
        )
        assert split[0]["collected_at"] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert split[0]["rating"] is None and split[0]["lang_alternatives"] is None


@pytest.mark.usefixtures("offline")
def test_the_dataset_streams(sharded: tuple[Run, Stage], tmp_path: Path) -> None:
    run, stage = sharded
    found = datasets.load_dataset(run.path("dataset"), "nn", split="train", streaming=True, cache_dir=str(tmp_path))
    assert found.features == FEATURES
    assert {row["lang"] for row in found} == {"nn"}
    assert sum(1 for _ in found) == sum(f.records or 0 for f in stage.outputs if "/nn/train-" in f.path)


def test_a_dataset_made_anew_in_its_place_is_loaded_anew(document: Make, run_of: RunOf, tmp_path: Path) -> None:
    texts = []
    for text in ("før", "etter"):
        run, inputs = run_of([[document(text, id="x", lang="nb")]])
        shard_corpus(run, ShardSettings(), inputs=inputs, name="x")
        found = datasets.load_dataset(run.path("dataset"), cache_dir=str(tmp_path / "cache"))
        texts += [row["text"] for split in found.values() for row in split]
    assert texts == ["før", "etter"]


def test_the_features_are_the_record() -> None:
    """Parquet has no seconds; all else is the same."""
    expected = datasets.Features.from_arrow_schema(SCHEMA)
    assert list(FEATURES) == SCHEMA.names
    assert {name for name in FEATURES if FEATURES[name] != expected[name]} <= {"collected_at"}


def test_a_shard_says_which_version_of_the_record_it_holds(sharded: tuple[Run, Stage]) -> None:
    run, _ = sharded
    schema = pq.read_schema(run.path(f"dataset/nb/{shards(run)['nb', 'train'][0]}"))
    assert schema.names == SCHEMA.names
    assert schema.metadata[b"kvern.schema"] == SCHEMA_VERSION.encode()
    assert b"huggingface" in schema.metadata


def test_the_card_says_what_is_in_it(sharded: tuple[Run, Stage]) -> None:
    run, stage = sharded
    text = Path(run.path("dataset/README.md")).read_text("utf-8")
    card = DatasetCard(text)
    assert card.data.language == ["nb", "nn", "und"]
    assert (card.data.license, card.data.license_name) == ("other", "per-document")
    assert card.data.pretty_name == "prøve"
    configs = {config["config_name"]: config for config in card.data.to_dict()["configs"]}
    assert set(configs) == {"all", "nb", "nn", "und"} and configs["all"]["default"] is True
    assert "| avis | CC-BY-4.0 | 75 |" in text
    assert "| butikk | unknown | 75 |" in text
    assert "150 documents" in text
    assert all(f"`{column}`" in text for column in SCHEMA.names)
    total = sum(
        int(number) for row in re.findall(r"^\| (?:nb|nn|und) \|(.+)\|$", text, re.M) for number in row.split("|")
    )
    assert total == stage.kept
    assert not re.search(r"[{}]", text)


@pytest.mark.parametrize("code", ["no", "nb", "on", "yes"])
def test_a_language_code_in_the_card_is_a_text_to_yaml(document: Make, run_of: RunOf, code: str) -> None:
    run, inputs = run_of([[document(lang=code)]])
    shard_corpus(run, ShardSettings(), inputs=inputs, name="no")
    header = yaml.safe_load(Path(run.path("dataset/README.md")).read_text("utf-8").split("---\n")[1])
    assert header["language"] == [code]
    assert [config["config_name"] for config in header["configs"]] == ["all", code]
    assert header["pretty_name"] == "no"
    assert header["license"] == "cc0-1.0"


def test_the_same_documents_give_the_same_bytes(document: Make, run_of: RunOf, contents: Any) -> None:
    documents = [document(f"tekst nummer {number}", lang="nb") for number in range(40)]
    found = []
    for size in (40, 9):
        run, inputs = run_of([documents[start : start + size] for start in range(0, 40, size)])
        shard_corpus(run, SETTINGS, inputs=inputs, name="x")
        found.append({path: content for path, content in contents(run).items() if path.startswith("dataset/")})
    assert found[0] == found[1] and len(found[0]) > 3


def test_what_repeats_the_test_sources_is_dropped(document: Make, run_of: RunOf, kept: Any, dropped: Any) -> None:
    text = "Denne boka handler om livet ved kysten, om fisket og om havet der ute i mørket."
    gold = document(text, id="gold", source="gold", lang="nb", group="bok")
    near = document(text + " Ja.", id="near", source="web", lang="nb", group="annen")
    rest = [
        document("Noe helt annet om en kafé med god kaffe.", id="same-group", source="web", lang="nn", group="bok"),
        document("Det regnet hele dagen, og vi ble sittende inne.", id="free", source="web", lang="nb"),
    ]
    run, inputs = run_of([[gold, near, *rest]])
    dedup = dedup_corpus(run, DedupSettings(prefer=("gold",)), inputs=inputs)
    settings = ShardSettings(split=SplitSettings(validation=0, test_sources=("gold",)))
    stage = shard_corpus(run, settings, inputs=kept_files(dedup), name="x")
    assert [d.id for path in run.files("dataset/nb") for d in kept(run, path)] == ["gold", "free"]
    assert stage.detail["splits"] == {"train": 1, "validation": 0, "test": 1}
    assert (stage.received, stage.kept, stage.dropped) == (3, 2, {"overlaps_test": 1})
    (row,) = [row for row in dropped(run) if row["stage"] == "shard"]
    assert (row["id"], row["rule"], row["value"]) == ("same-group", "overlaps_test", "bok")
    assert pq.read_schema(run.path("dropped/part-shard-00000.parquet")).names == DROPPED_SCHEMA.names


def test_dates_lists_and_numbers_survive(document: Make, run_of: RunOf, kept: Any) -> None:
    full = document(
        title="T", published=date(2025, 5, 1), group="g", label="positiv", rating=0.8, raw_rating="5/6", lang="nb",
        lang_score=0.75, lang_alternatives=("da", "nn"), reserved="open",
    )  # fmt: skip
    run, inputs = run_of([[full]])
    shard_corpus(run, ShardSettings(), inputs=inputs, name="x")
    assert kept(run, "dataset/nb") == [full]


def test_documents_with_one_id_are_counted_as_they_are(document: Make, run_of: RunOf) -> None:
    run, inputs = run_of([[document("en", id="x", lang="nb"), document("to", id="x", lang="nn", group="g")]])
    stage = shard_corpus(run, ShardSettings(), inputs=inputs, name="x")
    assert (stage.received, stage.kept) == (2, 2)
    assert len({split for _, split in shards(run)}) == 1


@pytest.mark.parametrize("parts", [[], [[]]])
def test_a_dataset_of_nothing_is_refused(run_of: RunOf, parts: list[list[Document]]) -> None:
    run, inputs = run_of(parts)
    with pytest.raises(CleanError, match=r"there is no document to shard in .*: dropped/ says"):
        shard_corpus(run, ShardSettings(), inputs=inputs, name="x")
    dedup = dedup_corpus(run, DedupSettings(), inputs=inputs)
    with pytest.raises(CleanError, match="there is no document to shard"):
        shard_corpus(run, ShardSettings(), inputs=kept_files(dedup), name="x")
    assert not run.files("dataset")


def test_a_shard_of_no_rows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shard.rows is 0: expected 1 or more"):
        ShardSettings(rows=0)
