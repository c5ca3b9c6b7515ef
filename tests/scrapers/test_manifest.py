"""The manifest: a stage is done once, again when what it rests on changed, and the same however often it is killed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from scrapers import manifest, store
from scrapers.manifest import ManifestError, Outcome, Run, Stage, Workspace, run_stage

SCRIPT = Path(__file__).with_name("staged_work.py")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(str(tmp_path / "run"), name="test")


def writes(
    workspace: Workspace,
    files: Mapping[str, Any],
    calls: list[str],
    received: int | None = None,
    dropped: Mapping[str, int] | None = None,
) -> Outcome:
    """Work that writes JSON files and notes that it was done."""
    calls.append(workspace.folder)
    for path, value in files.items():
        store.write_json(workspace.path(path), value)
    count = len(files) + sum((dropped or {}).values()) if received is None else received
    return Outcome(dict.fromkeys(files, 1), count, len(files), dropped or {})


def stage(
    run: Run,
    files: Mapping[str, Any],
    calls: list[str],
    name: str = "clean",
    inputs: tuple[str, ...] = (),
    parameters: Mapping[str, Any] | None = None,
    **outcome: Any,
) -> Stage:
    """The entry of doing `writes`."""
    work = partial(writes, files=files, calls=calls, **outcome)
    return run_stage(run, name, work, inputs=inputs, parameters=parameters or {})


def test_what_is_done_is_not_done_again(run: Run) -> None:
    calls: list[str] = []
    first = stage(run, {"kept/a.json": 1}, calls, dropped={"short": 2})
    assert stage(Run(run.url), {"kept/a.json": 1}, calls) == first
    assert len(calls) == 1
    assert (first.received, first.kept, first.dropped) == (3, 1, {"short": 2})
    assert first.outputs[0].sha256 == store.sha256(run.path("kept/a.json"))
    assert run.files("work") == []


def change_input(run: Run) -> None:
    store.write_json(run.path("raw/a.json"), 2)


def change_output(run: Run) -> None:
    Path(run.path("kept/a.json")).write_text("[]")


def delete_output(run: Run) -> None:
    store.remove(run.path("kept/a.json"))


@pytest.mark.parametrize("change", [change_input, change_output, delete_output])
def test_a_stage_is_done_again_when_its_files_changed(run: Run, change: Callable[[Run], None]) -> None:
    calls: list[str] = []
    store.write_json(run.path("raw/a.json"), 1)
    for _ in range(2):
        stage(run, {"kept/a.json": 1}, calls, inputs=("raw/a.json",))
    change(run)
    for _ in range(2):
        found = stage(run, {"kept/a.json": 1}, calls, inputs=("raw/a.json",))
    assert len(calls) == 2
    assert store.read_json(run.path("kept/a.json")) == 1
    assert found.inputs[0].sha256 == store.sha256(run.path("raw/a.json"))


def test_a_stage_is_done_again_when_a_parameter_or_its_code_changed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    stage(run, {"kept/a.json": 1}, calls, parameters={"a": 1})
    stage(run, {"kept/a.json": 1}, calls, parameters={"a": 2})
    assert len(calls) == 2
    monkeypatch.setattr(manifest, "code_of", lambda work: "other code")
    stage(run, {"kept/a.json": 1}, calls, parameters={"a": 2})
    stage(run, {"kept/a.json": 1}, calls, parameters={"a": 2})
    assert len(calls) == 3


def test_files_of_the_former_entry_are_removed(run: Run) -> None:
    calls: list[str] = []
    stage(run, {"kept/a.json": 1, "kept/b.json": 1}, calls, parameters={"parts": 2})
    stage(run, {"kept/a.json": 2}, calls, parameters={"parts": 1})
    assert run.files("kept") == ["kept/a.json"]
    assert store.read_json(run.path("kept/a.json")) == 2


@pytest.mark.parametrize("received", [1, 4, 0])
def test_documents_that_go_missing_are_an_error_and_nothing_is_published(run: Run, received: int) -> None:
    with pytest.raises(ManifestError, match=f"{received} documents in, 1 kept and .*short.*2.* do not add up"):
        stage(run, {"kept/a.json": 1}, [], received=received, dropped={"short": 2})
    assert run.files("kept") == []
    assert Run(run.url).stages == {}


def test_nan_in_a_stage_is_refused(run: Run) -> None:
    def work(workspace: Workspace) -> Outcome:
        return Outcome({}, 0, 0, {}, {"loss": float("nan")})

    with pytest.raises(ValueError, match="not JSON compliant"):
        run_stage(run, "train", work, parameters={})
    assert run.stages == {}


def test_a_workspace_left_by_a_kill_after_the_last_publication_is_cleared_and_harmless(run: Run) -> None:
    calls: list[str] = []
    stage(run, {"kept/a.json": 1}, calls)
    store.write_json(run.path(f"{calls[0]}/outcome.json"), {"files": [], "received": 1, "kept": 1, "dropped": {}})
    stage(run, {"kept/a.json": 1}, calls)
    assert run.files("work") == []
    delete_output(run)
    stage(run, {"kept/a.json": 1}, calls)
    assert store.read_json(run.path("kept/a.json")) == 1


def test_what_a_killed_publication_moved_is_removed_when_the_recipe_has_changed_since(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    stage(run, {"dataset/a.json": 1}, calls)
    move = store.move

    def fails_at_c(source: str, target: str) -> None:
        if target.endswith("c.json"):
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(store, "move", fails_at_c)
    with pytest.raises(KeyboardInterrupt):
        stage(run, {"dataset/b.json": 2, "dataset/c.json": 2}, calls, parameters={"shards": 2})
    assert run.files("dataset") == ["dataset/a.json", "dataset/b.json"]
    monkeypatch.undo()
    stage(run, {"dataset/a.json": 1}, calls)
    assert run.files("dataset") == ["dataset/a.json"]
    assert run.files("work") == []


def test_one_stage_does_not_clear_the_workspace_of_another_of_a_longer_name(run: Run) -> None:
    store.write_json(run.path("work/collect-norec-rated-0123456789ab/local.json"), 1)
    stage(run, {"raw/a.json": 1}, [], name="collect/norec")
    assert run.files("work") == ["work/collect-norec-rated-0123456789ab/local.json"]


def test_beginning_another_recipe_forgets_its_stages_and_their_files(run: Run) -> None:
    stage(run, {"raw/x/a.json": 1}, [], name="collect/x")
    stage(run, {"raw/y/a.json": 1}, [], name="collect/y")
    run.not_collected = {"x": "it needs a browser", "z": "it needs a browser"}
    run.begin({"seed": 7}, ["collect/y", "collect/z"])
    again = Run(run.url)
    assert list(again.stages) == ["collect/y"]
    assert again.files("raw") == ["raw/y/a.json"]
    assert again.not_collected == {"z": "it needs a browser"}
    assert store.read_json(run.path("manifest.json"))["seed"] == 7


def test_stages_stand_in_the_order_of_the_recipe(run: Run) -> None:
    for name in ("shard", "clean", "collect/x"):
        stage(run, {f"out/{name}.json": 1}, [], name=name)
    run.begin({}, ["collect/x", "clean", "shard"])
    assert [entry["name"] for entry in store.read_json(run.path("manifest.json"))["stages"]] == [
        "collect/x",
        "clean",
        "shard",
    ]


def test_outputs_of_a_stage_that_is_missing_are_an_error(run: Run) -> None:
    stage(run, {"kept/a.json": 1}, [])
    assert run.outputs("clean") == ["kept/a.json"]
    with pytest.raises(ManifestError, match="no stage shard yet; it has clean"):
        run.outputs("clean", "shard")


def test_a_manifest_of_another_make_says_what_to_do(run: Run) -> None:
    store.write_json(run.path("manifest.json"), {"stages": [{"name": "clean"}]})
    with pytest.raises(ManifestError, match="give another --name"):
        Run(run.url)


def test_a_run_lies_on_any_store_however_its_address_is_written() -> None:
    for address in (f"memory://{uuid4()}/run", f"memory:///{uuid4()}/run/"):
        run, calls = Run(address), []
        stage(run, {"kept/a.json": 1}, calls)
        stage(Run(address), {"kept/a.json": 1}, calls)
        assert run.name == "run"
        assert run.files("kept") == ["kept/a.json"]
        assert run.files("work") == []
        assert len(calls) == 1


def test_a_stage_that_needs_a_local_disk_says_so() -> None:
    with pytest.raises(store.StoreError, match="needs a run on a local disk"):
        Workspace(Run(f"memory://{uuid4()}/run"), "work/x").local()


def test_the_lock_is_held_against_others_and_shared_by_oneself(run: Run) -> None:
    script = "import sys; from scrapers.manifest import Run\nwith Run(sys.argv[1]).locked(): print('held')"
    command = [sys.executable, "-c", script, run.url]
    with run.locked():
        with Run(run.url).locked():
            pass
        refused = subprocess.run(command, capture_output=True, text=True)
    allowed = subprocess.run(command, capture_output=True, text=True)
    assert f"{run.url} is in use by process {os.getpid()}: wait for it to end" in refused.stderr
    assert (refused.returncode, allowed.stdout) == (1, "held\n")


def undisturbed(folder: Path) -> dict[str, Any]:
    """All that a finished run left: the bytes of its files, its manifest without the seconds."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    entry = json.loads(files.pop("manifest.json").read_text())
    for stage in entry["stages"]:
        assert stage.pop("seconds") >= 0
    files.pop(".lock")
    return {name: path.read_bytes() for name, path in files.items()} | {"manifest.json": entry}


def test_killed_at_any_moment_a_run_comes_to_the_same_bytes(tmp_path: Path) -> None:
    whole = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "whole"), "0"], capture_output=True)
    assert whole.returncode == 0, whole.stderr.decode()
    chance, kills = random.Random(7), 0
    lock = tmp_path / "killed" / ".lock"
    for _ in range(60):
        process = subprocess.Popen([sys.executable, str(SCRIPT), str(tmp_path / "killed"), "0.08"])
        while process.poll() is None and not (lock.exists() and lock.read_text() == str(process.pid)):
            time.sleep(0.01)
        try:
            process.wait(timeout=chance.uniform(0, 0.5))
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
    assert process.returncode == 0
    assert kills >= 2
    assert undisturbed(tmp_path / "killed") == undisturbed(tmp_path / "whole")
