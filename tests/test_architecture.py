"""The plan of the house: imports go one way, each library has one home, names say what a module is about."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleaning.language import OPTIONAL

ROOT = Path(__file__).parent.parent
PACKAGES = ("scrapers", "cleaning", "training", "flows")  # each may import those before it
HOMES = {
    "prefect": "flows",
    "pydantic": "flows",
    "scrapy": "scrapers",
    "twisted": "scrapers",
    "selenium": "scrapers",
    "requests": "scrapers",
    "bs4": "scrapers",
    "extruct": "scrapers",
    "google_play_scraper": "scrapers",
    "torch": "training",
    "transformers": "training",
    "polyglot": "cleaning",
    "lingua": "cleaning",
    "heliport": "cleaning",
    "fasttext": "cleaning",
    "py3langid": "cleaning",
    "icu": "cleaning",
    "spacy": "cleaning",
    "stdnum": "cleaning",
    "trafilatura": "cleaning",
}
# Under the GPL: reached through one module each (NOTICE).
ALONE = {"polyglot": "cleaning/engines/polyglot.py", "heliport": "cleaning/engines/heliport.py"}
# What the project was asked to be made of; a dependency that nothing imports is not used.
ASKED_FOR = (
    "requests",
    "bs4",
    "selenium",
    "scrapy",
    "polyglot",
    "google_play_scraper",
    "datasets",
    "torch",
    "transformers",
    "prefect",
)
NAMELESS = re.compile(r"(?!common_crawl)(^|_)(utils?|commons?|core|base|helpers?|managers?|misc)(_|$)")
# Training must run where only its own libraries are: on a machine with a GPU and little else.
NOT_IN_TRAINING = (
    "datasets",
    "prefect",
    "scrapy",
    "selenium",
    "polyglot",
    "lingua",
    "heliport",
    "fasttext",
    "py3langid",
    "icu",
    "extruct",
    "ftfy",
    "spacy",
    "stdnum",
    "trafilatura",
    "pydantic",
    "rich",
    "jinja2",
)


def modules(root: Path) -> Iterator[Path]:
    """The modules of the packages below `root`."""
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def imports(module: Path) -> Iterator[str]:
    """The modules that a module imports, wherever in it, with their full names."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def upward_imports(root: Path) -> list[str]:
    """Imports against the direction flows, training, cleaning, scrapers."""
    found = []
    for module in modules(root):
        package = module.relative_to(root).parts[0]
        later = PACKAGES[PACKAGES.index(package) + 1 :]
        found += [f"{module.relative_to(root)}: {name}" for name in imports(module) if name.split(".")[0] in later]
    return found


def strangers(root: Path) -> list[str]:
    """Imports of a library outside its home."""
    found = []
    for module in modules(root):
        package = module.relative_to(root).parts[0]
        for name in imports(module):
            if HOMES.get(name.split(".")[0], package) != package:
                found.append(f"{module.relative_to(root)}: {name}")
    return found


def spread_licences(root: Path) -> list[str]:
    """Imports of a library that one module has to itself, in another."""
    places = [(str(m.relative_to(root)), name) for m in modules(root) for name in imports(m)]
    return [f"{place}: {name}" for place, name in places if ALONE.get(name.split(".")[0], place) != place]


def relative_imports(root: Path) -> list[str]:
    """Relative imports: `scrapers.fingerprint` and a reader follow full names only."""
    return [f"{m.relative_to(root)}: {name}" for m in modules(root) for name in imports(m) if name.startswith(".")]


def hiding_flows(root: Path) -> list[str]:
    """Modules of flows/ named like a package: Prefect puts flows/ first on the path, where they would hide it."""
    return [module.name for module in sorted((root / "flows").glob("*.py")) if module.stem in PACKAGES]


def nameless(root: Path) -> list[str]:
    """Modules and packages whose name says nothing about what is in them."""
    parts = {part for module in modules(root) for part in module.relative_to(root).with_suffix("").parts}
    return sorted(part for part in parts if NAMELESS.search(part))


def full_inits(root: Path) -> list[str]:
    """`__init__.py` files that are not empty. That of flows/ sets what Prefect reads when it is first imported."""
    inits = [module for module in modules(root) if module.name == "__init__.py" and module.read_text().strip()]
    return [str(path) for path in (module.relative_to(root) for module in inits) if path.parts[0] != "flows"]


def postponed_flows(root: Path) -> list[str]:
    """Flows with `from __future__ import annotations`, whose parameters Prefect cannot read."""
    return [module.name for module in sorted((root / "flows").rglob("*.py")) if "__future__" in imports(module)]


CHECKS = (
    upward_imports,
    strangers,
    spread_licences,
    relative_imports,
    hiding_flows,
    nameless,
    full_inits,
    postponed_flows,
)


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_stands_as_planned(check: Callable[[Path], list[str]]) -> None:
    assert check(ROOT) == []


PLANTED = {
    "scrapers/a.py": ("import cleaning.step\n", upward_imports),
    "cleaning/a.py": ("def work():\n    from training.task import Task\n", upward_imports),
    "training/a.py": ("from flows import job\n", upward_imports),
    "scrapers/b.py": ("from prefect import flow\n", strangers),
    "cleaning/b.py": ("if True:\n    import torch.nn\n", strangers),
    "training/b.py": ("import scrapy\n", strangers),
    "flows/b.py": ("from transformers import AutoModel\n", strangers),
    "cleaning/engines/own.py": ("def load():\n    import heliport\n", spread_licences),
    "cleaning/c.py": ("from . import step\n", relative_imports),
    "flows/training.py": ("", hiding_flows),
    "cleaning/text_utils.py": ("", nameless),
    "scrapers/core/x.py": ("", nameless),
    "training/base.py": ("", nameless),
    "cleaning/__init__.py": ("from cleaning.step import Step\n", full_inits),
    "flows/d.py": ("from __future__ import annotations\n", postponed_flows),
}


@pytest.mark.parametrize("path", PLANTED)
def test_a_planted_violation_is_found(tmp_path: Path, path: str) -> None:
    source, check = PLANTED[path]
    for package in PACKAGES:
        (tmp_path / package).mkdir()
        (tmp_path / package / "database.py").write_text("import json\n\nimport scrapers\n")
    (tmp_path / path).parent.mkdir(exist_ok=True)
    assert check(tmp_path) == []
    (tmp_path / path).write_text(source)
    assert len(check(tmp_path)) == 1


@pytest.mark.parametrize("library", ASKED_FOR)
def test_every_library_that_was_asked_for_is_used(library: str) -> None:
    assert [m for m in modules(ROOT) if any(name.split(".")[0] == library for name in imports(m))]


IMPORT_ALL = """
import sys
from importlib import import_module
for name in sys.argv[1].split(","):
    sys.modules[name] = None
for name in sys.argv[2].split(","):
    import_module(name)
"""


def imported_without(missing: tuple[str, ...], names: list[str]) -> subprocess.CompletedProcess[str]:
    """What became of importing these modules in a process where some libraries are missing."""
    command = [sys.executable, "-c", IMPORT_ALL, ",".join(missing), ",".join(names)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def names_in(package: str) -> list[str]:
    """The modules of a package, with their full names."""
    paths = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]


def test_training_needs_only_its_own_libraries() -> None:
    ended = imported_without(NOT_IN_TRAINING, names_in("training"))
    assert ended.returncode == 0, ended.stderr
    assert imported_without(("torch",), ["training.train"]).returncode == 1


def test_cleaning_and_scrapers_need_no_torch_no_prefect_and_no_engine_but_those_asked_for() -> None:
    optional = [f"cleaning.engines.{name}" for name in OPTIONAL]
    names = [*names_in("scrapers"), *names_in("cleaning")]
    assert set(optional) < set(names)
    needed = [name for name in names if name not in optional]
    ended = imported_without(("torch", "transformers", "prefect", *OPTIONAL), needed)
    assert ended.returncode == 0, ended.stderr
    assert imported_without(("pyarrow",), ["scrapers.record"]).returncode == 1


def test_collecting_needs_no_browser_until_a_page_does() -> None:
    names = [name for name in names_in("scrapers") if name != "scrapers.browser"]
    ended = imported_without(("selenium",), names)
    assert ended.returncode == 0, ended.stderr
