"""A language profile: which steps, in which order, with which thresholds. Data, one TOML file a language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from cleaning.errors import CleanError
from cleaning.language import DEFAULT_ENGINE, check_engine
from cleaning.personal_data.find import KINDS
from cleaning.step import Step, bind
from cleaning.steps.personal_data import mask_personal_data
from scrapers.source import did_you_mean


@dataclass(frozen=True)
class Profile:
    """The languages a corpus keeps (BCP-47), and the steps that clean it."""

    name: str
    languages: tuple[str, ...]
    entries: tuple[Mapping[str, Any], ...]

    def steps(self) -> tuple[Step, ...]:
        """The steps, bound to their parameters, in order. Raises CleanError on an unknown one."""
        return bind(self.entries)

    def engines(self) -> tuple[str, ...]:
        """The names of the language engines that its steps `identify` ask."""
        return tuple(entry.get("engine", DEFAULT_ENGINE) for entry in self.entries if entry["step"] == "identify")

    def masks(self) -> tuple[str, ...]:
        """The kinds of personal data that its steps mask."""
        entries = [entry for entry in self.entries if entry["step"] == mask_personal_data.__name__]
        kinds = [kind for entry in entries for kind in entry.get("kinds", KINDS)]
        named = any(entry.get("names_model") for entry in entries)
        return tuple(dict.fromkeys(kind for kind in kinds if kind != "name" or named))

    def until(self, step: str) -> Self | None:
        """The profile with the steps before the first one of that name; None where it has no such step."""
        names = [entry["step"] for entry in self.entries]
        return replace(self, entries=self.entries[: names.index(step)]) if step in names else None

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
        values = {"lists": {}} | tomllib.loads(text)
    except OSError as error:
        raise CleanError(f"the language profile {name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CleanError(f"the language profile {name} is not TOML in UTF-8: {error}") from error
    for key, kind in (("name", str), ("languages", list), ("steps", list), ("lists", dict)):
        if not isinstance(values.get(key), kind):
            raise CleanError(f"the language profile {name} needs {key}, a {kind.__name__}; found {values.get(key)!r}")
    entries = tuple(with_lists(entry, values["lists"], name) for entry in values["steps"])
    profile = Profile(values["name"], tuple(values["languages"]), entries)
    profile.steps()
    if engine and not profile.engines():
        raise CleanError(f"the language profile {name} has no step `identify`, so it cannot use engine {engine!r}")
    profile = profile.changed("identify", engine=engine) if engine else profile
    for used in profile.engines():
        check_engine(used)
    return profile


def with_lists(entry: Any, lists: Mapping[str, Any], name: str) -> Any:
    """The entry of a step with the lists of the profile `name` in the place of their names, `lists.NAME`.

    Raises CleanError on a list that the profile does not have.
    """
    if not isinstance(entry, dict):
        return entry
    known = {f"lists.{key}": value for key, value in lists.items()}
    for parameter, value in entry.items():
        if isinstance(value, str) and value.startswith("lists.") and value not in known:
            hint = did_you_mean(value, list(known))
            raise CleanError(f"the language profile {name}: {entry.get('step')}.{parameter} names {value!r}{hint}")
    return {key: known.get(value, value) if isinstance(value, str) else value for key, value in entry.items()}
