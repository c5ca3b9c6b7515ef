"""What the tests of the flows share: the command line, a small model, a place for Prefect's database."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from scrapers import store
from scrapers.demo_site.pollution import reviews

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

# Seconds instead of minutes: the same code on a model too small to learn.
SMALL = {
    "scratch.vocab_size": 300,
    "scratch.hidden_size": 16,
    "scratch.layers": 1,
    "scratch.heads": 2,
    "scratch.intermediate": 32,
    "scratch.mlm_max_steps": 4,
    "train.max_steps": 6,
    "train.max_length": 32,
    "evaluate.resamples": 50,
}


def part_of_demo(folder: Path, *sources: str) -> str:
    """The path of a recipe like that of the demo, with only these of its sources."""
    head, *tables = (ROOT / "recipes/demo.toml").read_text("utf-8").split("\n[collect.")
    path = folder / "demo.toml"
    rest = tables[-1].partition("\n[dedup]")
    tables[-1] = rest[0]
    kept = [head, *(table for table in tables if table.split("]")[0] in sources)]
    path.write_text("\n[collect.".join(kept) + "\n" + "".join(rest[1:]), "utf-8")
    return str(path)


PUBLISHED = ("annotations", "cleaned", "kept", "dropped", "dataset", "duplicates.parquet")


def recipe_of_parts(folder: Path, parts: int = 6, documents: int = 100) -> str:
    """The path of a recipe whose sources are files of the demo site's reviews, each a part; it trains no model."""
    tables = ['name = "parts"']
    texts = iter(reviews())
    for number in range(parts):
        path = folder / f"{number}.jsonl"
        path.write_text("".join(json.dumps({"text": next(texts).text}) + "\n" for _ in range(documents)), "utf-8")
        source = f"source = 'local-file'\npath = {str(path)!r}\ncolumns = {{ text = 'text' }}"
        tables.append(f"[collect.part-{number}]\n{source}")
    recipe = folder / "parts.toml"
    recipe.write_text("\n".join(tables), "utf-8")
    return str(recipe)


def published(run: str) -> dict[str, str]:
    """The digests of what a run cleaned, kept, dropped and sharded, by path; without the card, which has its name."""
    found = {url.removeprefix(f"{run}/"): url for url in store.files(run)}
    wanted = {path: url for path, url in found.items() if path.split("/")[0] in PUBLISHED and path[-3:] != ".md"}
    return {path: store.sha256(url) for path, url in wanted.items()}


def set_options(values: dict[str, object]) -> list[str]:
    return [part for key, value in values.items() for part in ("--set", f"{key}={value}")]


Kvern = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The process environment, with homes of the tests' own for Prefect and the hub, and no server configured."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    home = tmp_path_factory.mktemp("home")
    return own | {
        "PREFECT_HOME": str(home / "prefect"),
        "HF_HOME": str(home / "hf"),
        "SOURCE_DATE_EPOCH": "1790000000",
        "PWD": str(ROOT),  # where `prefect deploy` was called
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def open_port(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def server(environment: dict[str, str]) -> Iterator[str]:
    """The API address of a Prefect server of the tests' own, as `prefect server start` starts it."""
    port = free_port()
    command = [str(BIN / "prefect"), "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    quiet = environment | {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    with running(command, quiet):
        wait_for(lambda: requests.get(f"http://127.0.0.1:{port}/api/health", timeout=2).ok, 150)
        yield f"http://127.0.0.1:{port}/api"


@contextmanager
def running(command: list[str], environment: dict[str, str], grace_s: float = 10) -> Iterator[None]:
    """Runs a program from the project's root, and ends it and all it started, by force after `grace_s`."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        for force in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, force)
                process.wait(grace_s)


def wait_for(holds: Callable[[], bool], seconds: float) -> None:
    """Returns when `holds` does, and fails where it does not in time. A connection refused is not yet."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(requests.ConnectionError, requests.Timeout):
            if holds():
                return
        time.sleep(0.2)
    raise AssertionError(f"nothing after {seconds} s")


@pytest.fixture(scope="session")
def kvern(environment: dict[str, str]) -> Kvern:
    """Runs `kvern` with arguments, from the project's root."""

    def run(*arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
        surroundings = {name: value for name, value in (environment | changes).items() if value is not None}
        command = [str(BIN / "kvern"), *arguments]
        return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=280)

    return run
