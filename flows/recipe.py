"""A recipe: what to collect, how to clean, what to train. One TOML file a corpus and model."""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from cleaning.clean import CleanSettings
from cleaning.dedup import DedupSettings
from cleaning.errors import CleanError
from cleaning.profile import Profile, load_profile
from cleaning.shard import ShardSettings
from scrapers.record import Reserved
from scrapers.source import CollectError, Source, find_source
from training.settings import EvaluateSettings, ScratchSettings, TrainSettings
from training.task import TaskError, find_task

NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")  # names of runs and sources become folders

# What names a cluster that is there already, by runner, and how it is written.
CLUSTERS = {
    "dask": (re.compile(r"(tcp|tls|ws|wss)://[^/\s]+:\d+"), "tcp://HOST:8786"),
    "ray": (re.compile(r"auto|ray://[^/\s]+:\d+"), "ray://HOST:10001, or auto on a machine of the cluster"),
}


class RecipeError(Exception):
    """A recipe is missing, or says something that is not known."""


@dataclass(frozen=True)
class DemoSite:
    """The embedded demo site, served while the run collects. port: 0 takes a free one. seed: of its content."""

    port: int = 0
    seed: int = 1


@dataclass(frozen=True)
class Recipe:
    """All a run needs to know. The tables of the TOML file are the fields.

    language: the language profile, shipped (`no`) or the path of a TOML file. engine: the language engine, such as
    `polyglot` or `fasttext:PATH.bin`; empty for the one that the profile names. contact: how a site reaches you; it
    stands in the User-Agent. archive: a folder, beyond any run, where what was fetched is kept and asked for again only
    as far as it changed; empty keeps nothing. use_reserved: whether what its hosts keep from training is used all the
    same. runner: where per-shard work is done, on `workers` of them. cluster: the address of a Dask or Ray cluster that
    is there already, with workers of its own; empty starts one on this machine. collect: the sources by name.
    train: None makes a corpus and no model. scratch: the small encoder trained where `train.model` is `scratch`.
    """

    name: str
    collect: Mapping[str, Mapping[str, Any]]
    language: str = "no"
    engine: str = ""
    seed: int = 1
    contact: str = ""
    archive: str = ""
    use_reserved: bool = False
    runner: Literal["threads", "processes", "dask", "ray"] = "processes"
    workers: int = 2
    cluster: str = ""
    mirrors: Mapping[str, str] = field(default_factory=dict)
    demo_site: DemoSite | None = None
    clean: CleanSettings = field(default_factory=CleanSettings)
    dedup: DedupSettings = field(default_factory=DedupSettings)
    shard: ShardSettings = field(default_factory=ShardSettings)
    train: TrainSettings | None = None
    scratch: ScratchSettings = field(default_factory=ScratchSettings)
    evaluate: EvaluateSettings = field(default_factory=EvaluateSettings)

    def __post_init__(self) -> None:
        for name in (self.name, *self.collect):
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a folder: letters, digits, '-', '_' and '.' inside")
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}: expected 1 or more")
        if self.cluster and self.runner not in CLUSTERS:
            raise ValueError(f"cluster is {self.cluster!r}, and runner {self.runner!r} has none: expected dask or ray")
        if self.cluster and not CLUSTERS[self.runner][0].fullmatch(self.cluster):
            raise ValueError(f"cluster is {self.cluster!r}: runner {self.runner!r} expects {CLUSTERS[self.runner][1]}")

    def sources(self) -> dict[str, Source]:
        """The sources by their name in the recipe. Raises CollectError on an unknown one."""
        return {name: find_source(name, options) for name, options in self.collect.items()}

    def profile(self) -> Profile:
        """The language profile, as the recipe changes it. Raises CleanError where there is none, or no such engine."""
        profile = load_profile(self.language, self.engine)
        return profile.changed("reserved", allowed=get_args(Reserved)) if self.use_reserved else profile

    def order(self) -> tuple[str, ...]:
        """The names of the run's stages, in order."""
        trained = ("train", "evaluate") if self.train else ()
        return (*(f"collect/{name}" for name in self.collect), "clean", "dedup", "shard", *trained, "report")


def load_recipe(path: str, overrides: Mapping[str, Any] | None = None) -> tuple[Recipe, dict[str, Any]]:
    """The recipe in the TOML file at `path`, and the same as plain values for the manifest.

    overrides: dotted keys and values that replace those of the file. Raises RecipeError, saying where and what was
    expected, on anything that is not known or not of its kind.
    """
    values = read_toml(path)
    for key, value in (overrides or {}).items():
        set_value(values, key, value)
    check_keys(values, Recipe, path, ())
    spread_seed(values)
    try:
        recipe = TypeAdapter(Recipe).validate_python(values)
        recipe.profile()
        recipe.sources()
        if recipe.train:
            find_task(recipe.train.task)
    except ValidationError as error:
        raise RecipeError(f"{path}: {'; '.join(explain(item) for item in error.errors())}") from error
    except (CleanError, CollectError, TaskError) as error:
        raise RecipeError(f"{path}: {error}") from error
    return recipe, values


def read_toml(path: str) -> dict[str, Any]:
    """The values of a TOML file. Raises RecipeError where it is missing or not TOML."""
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError as error:
        near = sorted(str(other) for other in Path(path).parent.glob("*.toml")) if Path(path).parent.is_dir() else []
        found = f"; there are {', '.join(near)}" if near else ""
        raise RecipeError(f"there is no recipe {path}{found}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path} cannot be read as TOML: {error}") from error


def set_value(values: dict[str, Any], key: str, value: Any) -> None:
    """Sets the dotted `key` in nested dicts, made where missing. Raises RecipeError where a part is no table."""
    *tables, last = key.split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            raise RecipeError(f"{key} cannot be set: {table} is not a table")
    values[last] = value


def check_keys(values: Mapping[str, Any], kind: type, path: str, place: Sequence[str]) -> None:
    """Raises RecipeError on a key that `kind`, a dataclass, has no field for, with the nearest that it has."""
    hints = get_type_hints(kind)
    known = [item.name for item in fields(kind)]
    for key, value in values.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {'.'.join((*place, near[0]))!r}?" if near else f"known are {', '.join(known)}"
            raise RecipeError(f"{path}: unknown key {'.'.join((*place, key))!r}; {hint}")
        inner = next((t for t in (hints[key], *get_args(hints[key])) if is_dataclass(t)), None)
        if isinstance(inner, type) and isinstance(value, dict):
            check_keys(value, inner, path, (*place, key))


def spread_seed(values: dict[str, Any]) -> None:
    """Gives the recipe's one seed to every table that has a seed of its own and does not set it."""
    seed = values.get("seed", 1)
    for table in ("train", "scratch", "evaluate"):
        if isinstance(values.get(table, {}), dict) and (table in values or table != "train"):
            values.setdefault(table, {}).setdefault("seed", seed)
    if isinstance(values.get("shard", {}), dict):
        values.setdefault("shard", {}).setdefault("split", {}).setdefault("seed", seed)


def explain(error: Any) -> str:
    """One error of pydantic in words: where, what is wrong, what stands there."""
    place = ".".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ")
    return f"{place}: {message} (found {error['input']!r})" if error["type"] != "missing" else f"{place} is missing"
