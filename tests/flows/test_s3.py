"""A run on an object store: the bytes of one on a local disk, also where it was killed half-way."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import fsspec
import pytest

from scrapers import store
from tests.flows.conftest import BIN, ROOT, free_port, open_port, published, recipe_of_parts, running, wait_for

for module, extra in (("s3fs", "s3"), ("moto", "dev")):
    pytest.importorskip(module, reason=f"needs the extra: pip install 'kvern[{extra}]'")

BUCKET = "s3://kvern-tests"
FLOW = """
import json, sys
from flows.build_corpus import build_corpus
from flows.collect_corpus import collect_corpus
from flows.job import Job
if __name__ == "__main__":
    {"build": build_corpus, "collect": collect_corpus}[sys.argv[1]](Job(**json.loads(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def s3(environment: dict[str, str], server: str) -> Iterator[dict[str, str]]:
    """The environment of a process that finds a bucket on a store of the tests' own; this process finds it too."""
    access = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{(port := free_port())}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    moto = [str(BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    with running(moto, environment), pytest.MonkeyPatch.context() as own:
        wait_for(lambda: open_port(port), 60)
        for name, value in access.items():
            own.setenv(name, value)
        fsspec.filesystem("s3", skip_instance_cache=True).mkdir(BUCKET)
        yield environment | access | {"PREFECT_API_URL": server}


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> str:
    return recipe_of_parts(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def collected(recipe: str, s3: dict[str, str]) -> Path:
    """The folder of a run on a local disk, collected and no more."""
    runs = Path(recipe).parent / "collected"
    assert begun("collect", s3, recipe, str(runs)).wait(200) == 0
    return runs / "parts"


@pytest.fixture(scope="module")
def local(recipe: str, collected: Path, s3: dict[str, str]) -> dict[str, str]:
    """What is published of the same run, built on the local disk."""
    runs = collected.parent.with_name("local")
    shutil.copytree(collected, runs / "parts")
    assert begun("build", s3, recipe, str(runs), runner="threads").wait(200) == 0
    return published(str(runs / "parts"))


def begun(
    flow: str, environment: Mapping[str, str], recipe: str, runs: str, **settings: object
) -> subprocess.Popen[bytes]:
    """A flow in a process group of its own."""
    job = json.dumps({"recipe": recipe, "runs": runs, "overrides": settings})
    command = [sys.executable, "-c", FLOW, flow, job]
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def uploaded(collected: Path, name: str) -> str:
    """The folder of runs on the store that has a copy of what was collected."""
    runs = f"{BUCKET}/{name}"
    for path in collected.rglob("*"):
        if path.is_file() and path.name != ".lock":
            with store.open_atomic(f"{runs}/parts/{path.relative_to(collected).as_posix()}") as target:
                target.write(path.read_bytes())
    return runs


@pytest.mark.slow
def test_what_another_process_writes_is_there_at_once(s3: dict[str, str]) -> None:
    url = f"{BUCKET}/written"
    store.write_json(f"{url}/a.json", 1)
    assert store.files(url) == [f"{url}/a.json"]
    code = "import sys; from scrapers import store; store.write_json(sys.argv[1], 2)"
    subprocess.run([sys.executable, "-c", code, f"{url}/b.json"], cwd=ROOT, env=s3, check=True)
    assert store.files(url) == [f"{url}/a.json", f"{url}/b.json"]
    assert store.exists(f"{url}/b.json")
    assert store.read_json(f"{url}/b.json") == 2


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["processes", "dask"])
def test_a_run_on_a_store_gives_the_bytes_of_one_on_a_disk(
    runner: str, recipe: str, collected: Path, local: dict[str, str], s3: dict[str, str]
) -> None:
    if runner == "dask":
        pytest.importorskip("prefect_dask", reason="needs the extra: pip install 'kvern[dask]'")
    runs = uploaded(collected, runner)
    assert begun("build", s3, recipe, runs, runner=runner).wait(250) == 0
    assert len([path for path in local if path.startswith("kept/")]) == 6
    assert published(f"{runs}/parts") == local
    assert store.files(f"{runs}/parts/work") == []


@pytest.mark.slow
def test_killed_half_way_a_run_on_a_store_resumes_to_the_same_bytes(
    recipe: str, collected: Path, local: dict[str, str], s3: dict[str, str]
) -> None:
    runs = uploaded(collected, "killed")
    process = begun("build", s3, recipe, runs, runner="processes")

    def half_done() -> bool:
        assert process.poll() is None, "it was done before it could be killed"
        return any("/part-0000" in url and url.endswith(".json") for url in store.files(f"{runs}/parts/work"))

    wait_for(half_done, 100)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert published(f"{runs}/parts") == {}
    assert begun("build", s3, recipe, runs, runner="processes").wait(250) == 0
    assert published(f"{runs}/parts") == local
