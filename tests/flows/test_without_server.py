"""The flow runs with no server configured, from `python -c` and from a notebook, and calls nobody."""

import json
import sys
from pathlib import Path
from subprocess import run as run_process

import nbformat
import pytest
from nbclient import NotebookClient

from tests.flows.conftest import ROOT, SMALL, part_of_demo


@pytest.fixture
def recipe(tmp_path: Path) -> str:
    return part_of_demo(tmp_path, "restaurants", "leipzig", "oscar")


SCRIPT = """
import json, sys
from flows.scrape_and_train import scrape_and_train
result = scrape_and_train({recipe!r}, {runs!r}, overrides=json.loads({overrides!r}))
print(json.dumps(result["splits"]))
"""


def test_from_python_c_without_a_server_and_without_a_connection_elsewhere(
    environment: dict[str, str], recipe: str, tmp_path: Path
) -> None:
    connections = tmp_path / "connections.txt"
    hook = {"PYTHONPATH": str(Path(__file__).parent / "loopback_only"), "CONNECTIONS": str(connections)}
    script = SCRIPT.format(recipe=recipe, runs=str(tmp_path / "runs"), overrides=json.dumps(SMALL))
    command = [sys.executable, "-c", script]
    done = run_process(command, cwd=ROOT, env=environment | hook, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["train"] > 0
    assert (tmp_path / "runs" / "demo" / "report.html").exists()
    assert not connections.exists(), connections.read_text("utf-8")


def test_the_hook_that_finds_connections_elsewhere_finds_one(environment: dict[str, str], tmp_path: Path) -> None:
    connections = tmp_path / "connections.txt"
    hook = {"PYTHONPATH": str(Path(__file__).parent / "loopback_only"), "CONNECTIONS": str(connections)}
    script = "import socket\ntry: socket.getaddrinfo('elsewhere.invalid', 80)\nexcept OSError: pass"
    run_process([sys.executable, "-c", script], env=environment | hook, check=True)
    assert "elsewhere.invalid" in connections.read_text("utf-8")


def test_the_example_notebook_runs(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, recipe: str, tmp_path: Path
) -> None:
    notebook = nbformat.read(ROOT / "examples/demo.ipynb", as_version=4)
    source = notebook.cells[1].source
    assert "overrides = {}" in source
    source = source.replace("overrides = {}", f"overrides = {SMALL!r}").replace('"../recipes/demo.toml"', repr(recipe))
    notebook.cells[1].source = source.replace('"../runs"', repr(str(tmp_path / "runs")))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    NotebookClient(notebook, timeout=280, resources={"metadata": {"path": str(ROOT / "examples")}}).execute()
    shown = json.dumps([cell.outputs for cell in notebook.cells if cell.cell_type == "code"])
    assert "macro-F1" in shown
    assert "Traceback" not in shown
