"""A digest of the code that a stage runs, so that a stage is done again when its code changes, and only then."""

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
    """A digest of the source of the module that is or defines `work`, and of every module of the project it imports."""
    while isinstance(work, partial):
        work = work.func
    name = work.__name__ if inspect.ismodule(work) else work.__module__
    digest = hashlib.sha256()
    for module in sorted(imported_modules(name)):
        digest.update(source_of(module))
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


@cache
def source_of(module: str) -> bytes:
    """The source of a module of the project; empty where `module` is a name in a module, or a package without code."""
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return b""
    return Path(spec.origin).read_bytes() if spec and spec.origin else b""
