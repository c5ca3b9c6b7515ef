"""The digest of code: changed by every module a stage runs, by no other."""

import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

from scrapers import fingerprint
from scrapers.fingerprint import code_of, imported_modules

MODULES = {
    "__init__.py": "",
    "stage.py": "from sown.step import clean\n\n\ndef work():\n    from sown.late import load\n",
    "step.py": "import sown.rules\n\n\ndef clean():\n    pass\n",
    "rules.py": "LEAST = 3\n",
    "late.py": "def load():\n    pass\n",
    "unrelated.py": "import sown.stage\n",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of the project, of six modules."""
    folder = tmp_path / "sown"
    folder.mkdir()
    for name, source in MODULES.items():
        (folder / name).write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(fingerprint, "PACKAGES", ("sown",))
    invalidate_caches()
    forget()
    yield folder
    forget()
    for name in [name for name in sys.modules if name.split(".")[0] == "sown"]:
        del sys.modules[name]


def forget() -> None:
    """What another process would not know."""
    fingerprint.source_of.cache_clear()
    fingerprint.names_in.cache_clear()
    fingerprint.imports_of.cache_clear()


def code() -> str:
    forget()
    return code_of(import_module("sown.stage").work)


def test_a_stage_runs_what_its_module_imports_at_once_late_and_through_others(package: Path) -> None:
    assert imported_modules("sown.stage") == {"sown.stage", "sown.step", "sown.rules", "sown.late"}


@pytest.mark.parametrize("module", ["stage.py", "step.py", "rules.py", "late.py"])
def test_an_edit_of_a_module_it_runs_changes_the_digest(package: Path, module: str) -> None:
    before = code()
    assert code() == before
    (package / module).write_text(MODULES[module] + "# edited\n")
    assert code() != before


def test_data_beside_a_module_that_names_it_is_part_of_the_digest(package: Path) -> None:
    (package / "weights.npz").write_bytes(b"1")
    before = code()
    (package / "weights.npz").write_bytes(b"2")
    assert code() == before, "no module names it"
    (package / "rules.py").write_text('WEIGHTS = "weights.npz"\n')
    named = code()
    (package / "weights.npz").write_bytes(b"3")
    assert code() != named
    (package / "weights.npz").unlink()
    (package / "weights.npz").mkdir()
    assert code() == code() != named


def test_an_edit_of_another_module_does_not(package: Path) -> None:
    before = code()
    (package / "unrelated.py").write_text("import sown.stage\n# edited\n")
    assert code() == before


def test_a_function_its_partial_and_its_module_have_one_digest(package: Path) -> None:
    module = import_module("sown.stage")
    assert code_of(partial(partial(module.work))) == code_of(module) == code()


def test_a_collector_rests_on_the_modules_that_fetch_and_parse() -> None:
    forget()
    found = imported_modules("scrapers.review_site")
    assert {"scrapers.crawl", "scrapers.schema_org", "scrapers.robots", "scrapers.record", "scrapers.browser"} <= found
    assert not {name for name in found if name.split(".")[0] != "scrapers"}
