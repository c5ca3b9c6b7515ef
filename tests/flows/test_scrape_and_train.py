"""The main job, on the demo site: whole, skipped when done, resumed when killed, the same bytes whatever happened."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import datasets
import pytest

from scrapers.store import read_documents
from tests.flows.conftest import BIN, ROOT, SMALL, Kvern, part_of_demo, set_options

BROWSER = shutil.which("chromium") and shutil.which("chromedriver")
# What says how long something took, or when.
TIMED = {"manifest.json", "report.html", "model/training.json", ".lock"}


def arguments(runs: Path, name: str, recipe: str = "recipes/demo.toml", **more: Any) -> list[str]:
    return ["run", recipe, "--runs", str(runs), "--name", name, *set_options(SMALL | more), "--json"]


def manifest_of(run: Path) -> dict[str, Any]:
    return dict(json.loads((run / "manifest.json").read_text("utf-8")))


def digests(run: Path) -> dict[str, str]:
    """The SHA-256 of every file of a run that does not name times."""
    paths = sorted(path for path in run.rglob("*") if path.is_file())
    names = {path.relative_to(run).as_posix(): path for path in paths}
    timed = {name for name in names if name in TIMED or name.endswith(".free-at")}
    return {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in names.items() if name not in timed}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def whole(kvern: Kvern, server: str, runs: Path) -> tuple[Path, dict[str, Any]]:
    """A run that nothing disturbed, and what it printed."""
    done = kvern(*arguments(runs, "whole"), PREFECT_API_URL=server)
    assert done.returncode == 0, done.stderr
    return runs / "whole", json.loads(done.stdout)


def test_every_stage_adds_up_and_takes_what_the_one_before_kept(whole: tuple[Path, dict[str, Any]]) -> None:
    run, _ = whole
    stages = {stage["name"]: stage for stage in manifest_of(run)["stages"]}
    for stage in stages.values():
        assert stage["in"] == stage["kept"] + sum(stage["dropped"].values()), stage["name"]
    collected = sum(stage["kept"] for name, stage in stages.items() if name.startswith("collect/"))
    assert stages["clean"]["in"] == collected
    assert stages["dedup"]["in"] == stages["clean"]["kept"]
    assert stages["shard"]["in"] == stages["dedup"]["kept"]
    splits = stages["shard"]["detail"]["splits"]
    assert (stages["train"]["in"], stages["evaluate"]["in"]) == (splits["train"], splits["test"])


def test_every_document_collected_is_on_disk_kept_or_dropped_with_a_reason(whole: tuple[Path, dict[str, Any]]) -> None:
    run, _ = whole
    stages = manifest_of(run)["stages"]
    dropped = datasets.load_dataset("parquet", data_files=str(run / "dropped/part-*.parquet"), split="train")
    corpus = datasets.load_dataset(str(run / "dataset"))
    received = sum(stage["in"] for stage in stages if stage["name"].startswith("collect/"))
    ids = [*dropped["id"], *(identifier for split in corpus.values() for identifier in split["id"])]
    assert len(ids) == len(set(ids)) == received
    assert all(dropped["rule"])
    assert all(dropped["value"])
    assert all(dropped["threshold"])


def test_the_corpus_is_norwegian_and_nothing_private_or_reserved_is_in_it(whole: tuple[Path, dict[str, Any]]) -> None:
    run, _ = whole
    corpus = datasets.load_dataset(str(run / "dataset"))
    texts = [text for split in corpus.values() for text in split["text"]]
    assert {lang for split in corpus.values() for lang in split["lang"]} == {"nb", "nn"}
    raw = [document.text for path in run.glob("raw/*/*.zst") for document in read_documents(str(path))]
    assert len(raw) > 4000
    assert not any("PRIVATSEKSJON" in text for text in raw)
    assert not any("PRIVATSEKSJON" in text or "RESERVERT" in text or "@example.no" in text for text in texts)
    dropped = datasets.load_dataset("parquet", data_files=str(run / "dropped/part-*.parquet"), split="train")
    reserved = [row for row in dropped if row["rule"] == "reserved"]
    assert len(reserved) == 12
    assert all("RESERVERT" in row["text"] and row["reserved"] == "no-train" for row in reserved)
    assert not any("PRIVATSEKSJON" in text for text in dropped["text"])


def test_the_dataset_streams_and_has_a_configuration_a_language(whole: tuple[Path, dict[str, Any]]) -> None:
    run, _ = whole
    stream = datasets.load_dataset(str(run / "dataset"), "nn", split="train", streaming=True)
    assert next(iter(stream))["lang"] == "nn"


def test_no_group_is_in_two_splits(whole: tuple[Path, dict[str, Any]]) -> None:
    run, _ = whole
    corpus = datasets.load_dataset(str(run / "dataset"))
    groups = [set(split["group"]) for split in corpus.values()]
    assert len(set.union(*groups)) == sum(map(len, groups))


def test_every_score_stands_beside_its_baselines_with_an_interval(whole: tuple[Path, dict[str, Any]]) -> None:
    run, printed = whole
    metrics = json.loads((run / "metrics.json").read_text("utf-8"))
    assert printed["metrics"] == metrics
    assert [system["name"] for system in metrics["systems"]] == [
        "majority class",
        "TF-IDF + logistic regression",
        "small BERT trained from scratch",
    ]
    for system in metrics["systems"]:
        for score in (system["macro_f1"], system["accuracy"]):
            assert score["low"] <= score["value"] <= score["high"]
        assert set(system["per_language"]) == {"nb", "nn"}


def test_transformers_loads_the_model(whole: tuple[Path, dict[str, Any]]) -> None:
    import transformers

    run, _ = whole
    classify = transformers.pipeline("text-classification", model=str(run / "model"))
    assert classify("En fantastisk bok.")[0]["label"] in {"low", "middle", "high"}


@pytest.mark.skipif(not BROWSER, reason="needs Chromium and its driver")
@pytest.mark.browser
def test_the_section_that_only_javascript_renders_is_collected(whole: tuple[Path, dict[str, Any]]) -> None:
    run, printed = whole
    assert printed["not_collected"] == {}
    stage = next(stage for stage in manifest_of(run)["stages"] if stage["name"] == "collect/web")
    assert stage["kept"] == 400


def test_a_second_run_does_nothing_again(kvern: Kvern, server: str, whole: tuple[Path, dict[str, Any]]) -> None:
    run, printed = whole
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file() and path.name != ".lock"}
    done = kvern(*arguments(run.parent, run.name), PREFECT_API_URL=server)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == printed
    assert done.stderr.count("unchanged, skipped") == len(manifest_of(run)["stages"])
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_changed_parameter_redoes_what_follows_from_it_and_no_more(
    kvern: Kvern, server: str, whole: tuple[Path, dict[str, Any]]
) -> None:
    run, _ = whole
    changed = run.parent / "changed"
    shutil.copytree(run, changed)
    done = kvern(*arguments(run.parent, "changed", **{"evaluate.resamples": 20}), PREFECT_API_URL=server)
    assert done.returncode == 0, done.stderr
    redone = [line.split()[-2] for line in done.stderr.splitlines() if line.endswith(": started")]
    assert [name.rstrip(":") for name in redone] == ["shard", "evaluate", "report"]  # the run's name is in the card


def test_without_a_browser_the_section_is_reported_as_not_collected_by_name(
    kvern: Kvern, server: str, runs: Path
) -> None:
    recipe = part_of_demo(runs, "web", "restaurants")
    done = kvern(*arguments(runs, "blind", recipe), PATH=str(BIN), PREFECT_API_URL=server)
    assert done.returncode == 0, done.stderr
    assert list(json.loads(done.stdout)["not_collected"]) == ["web"]
    assert "web NOT COLLECTED: it needs a browser" in done.stderr
    page = (runs / "blind" / "report.html").read_text("utf-8")
    assert "needs a browser" in page
    assert "collect/web" not in [stage["name"] for stage in manifest_of(runs / "blind")["stages"]]


@pytest.mark.parametrize(
    "share", [pytest.param(0.15, marks=pytest.mark.slow), 0.5, pytest.param(0.8, marks=pytest.mark.slow)]
)
def test_killed_at_any_instant_it_resumes_to_the_same_bytes(
    environment: dict[str, str], kvern: Kvern, server: str, whole: tuple[Path, dict[str, Any]], share: float
) -> None:
    run, _ = whole
    name = f"killed-{share}"
    seconds = sum(stage["seconds"] for stage in manifest_of(run)["stages"])
    command = [str(BIN / "kvern"), *arguments(run.parent, name)]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment | {"PREFECT_API_URL": server},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (run.parent / name / "manifest.json").exists():
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(seconds * share)
    assert process.poll() is None, "it was done before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = kvern(*arguments(run.parent, name), PREFECT_API_URL=server)
    assert done.returncode == 0, done.stderr
    assert strip_name(digests(run.parent / name)) == strip_name(digests(run))


def strip_name(found: dict[str, str]) -> dict[str, str]:
    """Without the cards, which carry the name of the run."""
    return {name: digest for name, digest in found.items() if not name.endswith("README.md")}
