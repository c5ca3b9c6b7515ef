"""Deployments for real: `prefect server start`, `prefect deploy --all`, a worker, `prefect deployment run`."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flows.conftest import BIN, ROOT, SMALL, part_of_demo, running, wait_for

Prefect = Callable[..., subprocess.CompletedProcess[str]]
BARE = "scrape-and-train"
FULL = "scrape-and-train/scrape-and-train"


@pytest.fixture(scope="module")
def surroundings(environment: dict[str, str], server: str) -> dict[str, str]:
    return environment | {"PREFECT_API_URL": server, "PREFECT_WORKER_QUERY_SECONDS": "1", "COLUMNS": "200"}


@pytest.fixture(scope="module")
def prefect(surroundings: dict[str, str]) -> Prefect:
    """Runs `prefect` with arguments, from the project's root or another folder."""

    def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / "prefect"), "--no-prompt", *arguments]
        return subprocess.run(command, cwd=cwd, env=surroundings, capture_output=True, text=True, timeout=280)

    return run


@pytest.fixture(scope="module")
def deployed(prefect: Prefect) -> None:
    pool = prefect("work-pool", "create", "local", "--type", "process")
    assert pool.returncode == 0, pool.stdout + pool.stderr
    done = prefect("deploy", "--all")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def worker(deployed: None, surroundings: dict[str, str]) -> Iterator[None]:
    command = [str(BIN / "prefect"), "worker", "start", "--pool", "local", "--name", "tests"]
    with running(command, surroundings, grace_s=1):  # asked to end, it waits for ten seconds with nothing to do
        yield


def deployments(server: str) -> dict[str, dict[str, Any]]:
    found = requests.post(f"{server}/deployments/filter", json={}, timeout=10).json()
    return {deployment["name"]: deployment for deployment in found}


def test_deploy_makes_the_whole_job_by_hand_and_weekly_and_its_parts(deployed: None, server: str) -> None:
    found = deployments(server)
    assert set(found) == {"scrape-and-train", "weekly", "collect", "build", "train"}
    (schedule,) = found["weekly"]["schedules"]
    assert schedule["schedule"]["cron"] == "10 3 * * 1"
    assert schedule["schedule"]["timezone"] == "Europe/Oslo"
    assert found["scrape-and-train"]["schedules"] == []


def test_the_schedule_makes_runs(deployed: None, server: str) -> None:
    """With SQLAlchemy 2.1 the scheduler of Prefect 3.8.8 makes none, and says so only in its log."""
    weekly = deployments(server)["weekly"]["id"]
    wanted = {"deployments": {"id": {"any_": [weekly]}}}
    wait_for(lambda: requests.post(f"{server}/flow_runs/count", json=wanted, timeout=10).json() > 0, 60)


def test_the_parameters_render_as_a_form(deployed: None, server: str) -> None:
    schema = deployments(server)["scrape-and-train"]["parameter_openapi_schema"]["properties"]
    assert set(schema) == {"recipe", "runs", "name", "overrides", "mirrors"}
    assert all(field.get("description") for field in schema.values())


def test_a_deployment_runs_on_a_worker_to_the_end(worker: None, prefect: Prefect, server: str, tmp_path: Path) -> None:
    recipe = part_of_demo(tmp_path, "restaurants", "leipzig")
    parameters = {"recipe": recipe, "runs": str(tmp_path), "name": "deployed", "overrides": SMALL}
    options = [part for key, value in parameters.items() for part in ("-p", f"{key}={json.dumps(value)}")]
    done = prefect("deployment", "run", FULL, "--watch", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    run = tmp_path / "deployed"
    assert (run / "report.html").exists()
    artifacts = requests.post(f"{server}/artifacts/filter", json={}, timeout=10).json()
    keys = {artifact["key"] for artifact in artifacts}
    assert {"deployed-waterfall", "deployed-metrics", "deployed-report", "deployed-training"} <= keys


def test_a_wrong_parameter_is_refused_before_anything_runs(deployed: None, prefect: Prefect) -> None:
    done = prefect("deployment", "run", FULL, "-p", "recpie=recipes/demo.toml")
    assert done.returncode == 1
    assert "recpie" in done.stdout + done.stderr


def test_the_bare_name_finds_the_deployment_from_the_projects_root(deployed: None, prefect: Prefect) -> None:
    done = prefect("deployment", "run", BARE, "--start-in", "300 days")
    assert done.returncode == 0, done.stdout + done.stderr
    assert FULL in " ".join((done.stdout + done.stderr).split())


def test_elsewhere_the_full_name_works_and_the_bare_one_gets_prefects_own_answer(
    deployed: None, prefect: Prefect, tmp_path: Path
) -> None:
    done = prefect("deployment", "run", FULL, "--start-in", "300 days", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    done = prefect("deployment", "run", BARE, cwd=tmp_path)
    assert done.returncode == 1
    assert "Invalid deployment name format" in done.stdout + done.stderr


def test_a_bare_name_that_no_deployment_has_gets_prefects_own_answer(deployed: None, prefect: Prefect) -> None:
    done = prefect("deployment", "run", "scrape-and-trian")
    assert done.returncode == 1
    assert "not found" in done.stdout + done.stderr


def test_the_plugin_leaves_a_prefect_that_is_built_differently_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.client.orchestration._deployments.client import DeploymentAsyncClient

    from flows.prefect_plugin import setup_environment

    monkeypatch.delattr(DeploymentAsyncClient, "read_deployment_by_name")
    setup_environment(ctx=None)
    assert not hasattr(DeploymentAsyncClient, "read_deployment_by_name")
