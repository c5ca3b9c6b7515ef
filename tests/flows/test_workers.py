"""Whichever task runner spreads the parts, the bytes are the same."""

import hashlib
from pathlib import Path

import pytest

from tests.flows.conftest import SMALL, Kvern, part_of_demo, set_options

FOLDERS = ("cleaned", "kept", "dropped", "dataset")


def built_with(runner: str, kvern: Kvern, server: str, folder: Path) -> dict[str, str]:
    """The digests of what a run with this runner cleaned, kept, dropped and sharded."""
    recipe = part_of_demo(folder, "restaurants", "doctors", "leipzig")
    options = ["--runs", str(folder / runner), *set_options(SMALL | {"runner": runner})]
    done = kvern("run", recipe, *options, PREFECT_API_URL=server)
    assert done.returncode == 0, done.stderr
    run = folder / runner / "demo"
    paths = sorted(path for name in FOLDERS for path in (run / name).rglob("*.parquet"))
    return {str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runners")


@pytest.fixture(scope="module")
def threads(kvern: Kvern, server: str, folder: Path) -> dict[str, str]:
    return built_with("threads", kvern, server, folder)


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["processes", "dask", "ray"])
def test_every_runner_gives_the_bytes_that_threads_give(
    runner: str, kvern: Kvern, server: str, folder: Path, threads: dict[str, str]
) -> None:
    if runner in ("dask", "ray"):
        pytest.importorskip(f"prefect_{runner}", reason=f"needs the extra: pip install 'kvern[{runner}]'")
    assert built_with(runner, kvern, server, folder) == threads
