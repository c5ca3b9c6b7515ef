"""What README and docs say of the code is so."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cleaning.profile import load_profile
from cleaning.step import known_steps
from flows.cli import app
from flows.recipe import Recipe
from scrapers.catalogue import entries, markdown
from scrapers.record import SCHEMA
from scrapers.source import sources

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "docs/guide.md").read_text("utf-8")
PACKAGES = ("flows", "scrapers", "cleaning", "training")
COMMANDS = [name for name in app if not name.startswith("-")]


def tree() -> dict[str, set[str]]:
    """What README's tree names in each package."""
    block = README.split("## The house")[1].split("```")[1]
    named: dict[str, set[str]] = {}
    package = ""
    for line in block.strip().splitlines():
        name = line.split()[0]
        if line.startswith(" "):
            named[package].add(name.rstrip("/"))
        elif name.endswith("/"):
            package = name.rstrip("/")
            named[package] = set()
    return named


@pytest.mark.parametrize("package", PACKAGES)
def test_the_tree_in_the_readme_is_the_tree(package: str) -> None:
    there = {
        path.name for path in (ROOT / package).iterdir() if path.suffix in (".py", "") and path.name[0] not in "_."
    }
    assert tree()[package] == there


def test_every_command_is_in_the_guide_and_no_other() -> None:
    named = set(re.findall(r"kvern ([a-z]+) ", GUIDE))
    assert named == set(COMMANDS)


def test_every_key_of_a_recipe_is_in_the_guide() -> None:
    table = GUIDE.split("## A recipe")[1].split("## One step")[0]
    named = {
        name.split(".")[0] for name in re.findall(r"`\[?([a-z_.]+)(?:\.<name>)?\]?`", table.replace(".<name>", ""))
    }
    assert {item.name for item in fields(Recipe)} <= named


def test_every_column_of_the_record_is_in_the_guide() -> None:
    table = GUIDE.split("## The record")[1].split("## A recipe")[0]
    assert set(SCHEMA.names) <= set(re.findall(r"`([a-z_]+)`", table))


def test_the_way_of_a_document_names_functions_that_exist() -> None:
    walk = README.split("## The way of a document")[1].split("##")[0]
    modules = {path.stem: path.read_text("utf-8") for package in PACKAGES for path in (ROOT / package).glob("*.py")}
    for module, name in re.findall(r"`([a-z_]+)\.([A-Za-z_.]+)`", walk):
        assert re.search(rf"(def|class) {name.split('.')[-1]}\b", modules[module]), f"{module}.{name}"
    steps = list(dict.fromkeys(step.name for step in load_profile("no").steps()))
    assert re.findall(r"`([a-z0-9_]+)`", walk.split("step.annotate`")[1])[: len(steps)] == steps


def test_the_examples_of_a_source_and_a_step_are_code_that_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/adding.md").read_text("utf-8"), re.DOTALL)
    source, step = blocks
    names: dict[str, object] = {}
    exec(source, names)  # noqa: S102 - our own documentation
    assert getattr(names["eksempelforlaget"], "expected", None) == (800, 2000)
    exec("from cleaning.step import Finding\nfrom scrapers.record import Document\n" + step, names)  # noqa: S102
    assert len(names["STEPS"]) == 1  # type: ignore[arg-type]


def test_what_the_documents_link_to_exists() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_source_and_step_says_what_it_does() -> None:
    assert all(source.description and source.licence for source in sources().values())
    assert all(step.function.__doc__ for step in known_steps().values())


def test_the_page_of_sources_is_what_the_code_says() -> None:
    assert (ROOT / "docs/sources.md").read_text("utf-8") == markdown(entries())
