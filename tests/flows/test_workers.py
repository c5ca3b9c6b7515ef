"""Whichever task runner spreads the parts, over however many workers, here or on a cluster, the bytes are the same."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.flows.conftest import (
    BIN,
    Kvern,
    free_port,
    open_port,
    published,
    recipe_of_parts,
    running,
    set_options,
    wait_for,
)

CLUSTERS = ("dask", "ray")
# Ray asks for a token wherever one lies in the home of the user.
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return recipe_of_parts(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def threads(kvern: Kvern, server: str, recipe: str) -> dict[str, str]:
    return built(kvern, server, recipe, runner="threads")


def built(kvern: Kvern, server: str, recipe: str, **settings: object) -> dict[str, str]:
    """The digests of what a run with these settings made."""
    runs = Path(recipe).parent / "-".join(str(value).rpartition("/")[2] for value in settings.values())
    done = kvern("run", recipe, "--runs", str(runs), *set_options(settings), PREFECT_API_URL=server, **QUIET)
    assert done.returncode == 0, done.stderr
    return published(str(runs / "parts"))


def needs(runner: str) -> None:
    if runner in CLUSTERS:
        pytest.importorskip(f"prefect_{runner}", reason=f"needs the extra: pip install 'kvern[{runner}]'")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("runner", ["processes", *CLUSTERS])
def test_every_runner_gives_the_bytes_that_threads_give(
    runner: str, workers: int, kvern: Kvern, server: str, recipe: str, threads: dict[str, str]
) -> None:
    needs(runner)
    assert len([path for path in threads if path.startswith("kept/")]) == 6
    assert built(kvern, server, recipe, runner=runner, workers=workers) == threads


@contextmanager
def dask_cluster(environment: dict[str, str]) -> Iterator[str]:
    """The address of a Dask scheduler with two workers, as `dask scheduler` and `dask worker` start them."""
    address = f"tcp://127.0.0.1:{(port := free_port())}"
    scheduler = ["dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = ["dask", "worker", address, "--host", "127.0.0.1", "--nworkers", "2", "--nthreads", "1", "--no-dashboard"]
    with running([str(BIN / "python"), "-m", *scheduler], environment):
        wait_for(lambda: open_port(port), 60)
        with running([str(BIN / "python"), "-m", *worker], environment):
            yield address


@contextmanager
def ray_cluster(environment: dict[str, str]) -> Iterator[str]:
    """The address of a Ray head with two workers, as `ray start` starts it."""
    port, gcs = free_port(), free_port()
    options = ["--node-ip-address", "127.0.0.1", "--port", str(gcs), "--ray-client-server-port", str(port)]
    head = ["start", "--head", "--block", "--num-cpus", "2", "--include-dashboard", "false", *options]
    with running([str(BIN / "ray"), *head], environment):
        wait_for(lambda: open_port(port), 60)
        yield f"ray://127.0.0.1:{port}"


@pytest.mark.slow
@pytest.mark.parametrize(("runner", "cluster"), [("dask", dask_cluster), ("ray", ray_cluster)], ids=CLUSTERS)
def test_a_cluster_that_is_there_already_gives_the_bytes_that_threads_give(
    runner: str, cluster, kvern: Kvern, server: str, recipe: str, threads: dict[str, str], environment: dict[str, str]
) -> None:
    needs(runner)
    with cluster(environment | QUIET) as address:
        assert built(kvern, server, recipe, runner=runner, cluster=address) == threads


def unheard(kvern: Kvern, server: str, recipe: str, runner: str, port: int) -> subprocess.CompletedProcess[str]:
    """What a run says of a cluster at a port where none is."""
    settings = {"runner": runner, "cluster": f"{'tcp' if runner == 'dask' else 'ray'}://127.0.0.1:{port}"}
    runs = Path(recipe).parent / f"unheard-{runner}"
    return kvern("run", recipe, "--runs", str(runs), *set_options(settings), PREFECT_API_URL=server)


@pytest.mark.slow
@pytest.mark.parametrize("runner", CLUSTERS)
def test_a_cluster_that_does_not_answer_is_named(runner: str, kvern: Kvern, server: str, recipe: str) -> None:
    needs(runner)
    done = unheard(kvern, server, recipe, runner, free_port())
    assert done.returncode == 1
    assert f"the {runner} cluster at " in done.stderr
    assert "does not answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("runner", "message"), [("dask", "does not answer"), ("ray", "connection timeout")])
def test_an_address_where_somebody_else_listens_is_given_up(
    runner: str, message: str, kvern: Kvern, server: str, recipe: str
) -> None:
    needs(runner)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        done = unheard(kvern, server, recipe, runner, silent.getsockname()[1])
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
