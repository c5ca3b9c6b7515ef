"""A digest of the code that a stage runs, and of the data in it: a stage is done again when these change, only then."""

import ast
import hashlib
import importlib.util
import inspect
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

PACKAGES = ("scrapers", "cleaning", "training", "flows")


def code_of(work: Callable[..., Any] | ModuleType) -> str:
    """A digest of the module that is or defines `work`, and of every module of the project it imports.

    It is of their sources, and of the data files that these name and that lie beside them.
    """
    while isinstance(work, partial):
        work = work.func
    name = work.__name__ if inspect.ismodule(work) else work.__module__
    digest = hashlib.sha256()
    for module in sorted(imported_modules(name)):
        digest.update(source_of(module))
        for path in data_of(module):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def imported_modules(module: str) -> set[str]:
    """`module` and all modules of the project it imports, directly or through others."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found and name.split(".")[0] in PACKAGES:
            found.add(name)
            waiting.extend(imports_of(name))
    return found


@cache
def imports_of(module: str) -> tuple[str, ...]:
    """The modules of the project that the source of `module` imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source_of(module))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(sorted(name for name in names if name.split(".")[0] in PACKAGES and source_of(name)))


def data_of(module: str) -> list[Path]:
    """The files in the folder of a module of the project that are no modules, and that its source names."""
    spec = importlib.util.find_spec(module)
    if not spec or not spec.origin:
        return []
    files = (path for path in Path(spec.origin).parent.iterdir() if path.is_file() and path.suffix != ".py")
    return sorted(path for path in files if path.name in names_in(module))


@cache
def names_in(module: str) -> frozenset[str]:
    """The texts that stand in the source of `module` as constants."""
    constants = (node.value for node in ast.walk(ast.parse(source_of(module))) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


@cache
def source_of(module: str) -> bytes:
    """The source of a module of the project; empty where `module` is a name in a module, or a package without code."""
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return b""
    return Path(spec.origin).read_bytes() if spec and spec.origin else b""
