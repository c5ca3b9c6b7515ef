"""A language profile: which steps, in which order, with which thresholds. Data, one TOML file a language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from cleaning.errors import CleanError
from cleaning.language import DEFAULT_ENGINE, check_engine
from cleaning.step import Step, bind
from scrapers.source import did_you_mean


@dataclass(frozen=True)
class Profile:
    """The languages a corpus keeps (BCP-47), and the steps that clean it."""

    name: str
    languages: tuple[str, ...]
    entries: tuple[Mapping[str, Any], ...]

    def steps(self) -> tuple[tuple[str, Step], ...]:
        """The steps, bound to their parameters, in order. Raises CleanError on an unknown one."""
        return bind(self.entries)

    def engines(self) -> tuple[str, ...]:
        """The names of the language engines that its steps `identify` ask."""
        return tuple(entry.get("engine", DEFAULT_ENGINE) for entry in self.entries if entry["step"] == "identify")

    def changed(self, step: str, **parameters: Any) -> Self:
        """The profile with other parameters where it names `step`."""
        entries = tuple({**entry, **parameters} if entry["step"] == step else entry for entry in self.entries)
        return replace(self, entries=entries)


def load_profile(name: str, engine: str = "") -> Profile:
    """The profile of that name that comes with Kvern, or the one in the TOML file `name`.

    engine: the language engine in the place of the profile's own. Raises CleanError where there is no such profile or
    engine.
    """
    shipped = {item.name.removesuffix(".toml"): item for item in (files("cleaning") / "profiles").iterdir()}
    if name not in shipped and not name.endswith(".toml"):
        raise CleanError(f"there is no language profile {name!r}{did_you_mean(name, list(shipped))}")
    try:
        text = shipped[name].read_text("utf-8") if name in shipped else Path(name).read_text("utf-8")
        values = tomllib.loads(text)
    except OSError as error:
        raise CleanError(f"the language profile {name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CleanError(f"the language profile {name} is not TOML in UTF-8: {error}") from error
    for key, kind in (("name", str), ("languages", list), ("steps", list)):
        if not isinstance(values.get(key), kind):
            raise CleanError(f"the language profile {name} needs {key}, a {kind.__name__}; found {values.get(key)!r}")
    profile = Profile(values["name"], tuple(values["languages"]), tuple(values["steps"]))
    profile.steps()
    if engine and not profile.engines():
        raise CleanError(f"the language profile {name} has no step `identify`, so it cannot use engine {engine!r}")
    profile = profile.changed("identify", engine=engine) if engine else profile
    for used in profile.engines():
        check_engine(used)
    return profile
