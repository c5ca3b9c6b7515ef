"""The sources that ship: found by name, configured by a recipe, and strict with the files they read."""

from dataclasses import replace
from typing import Any

import pytest

from scrapers.source import CollectError, Mirrors, find_source, sources
from scrapers.sources.local_file import local_file
from scrapers.sources.norec import norec

# Discovery and configuration


def test_every_source_is_found() -> None:
    assert {"demo-books", "demo-doctors", "demo-restaurants", "demo-web", "google-play"} <= set(sources())
    assert {"leipzig", "local-file", "norec", "oscar-2019", "oscar-2201", "oscar-2301"} <= set(sources())
    assert {"fineweb-2", "hplt-2", "hplt-3", "maalfrid", "ncc", "wikipedia-hub"} <= set(sources())
    assert all(name == source.name for name, source in sources().items())


@pytest.mark.parametrize("source", sources().values(), ids=lambda source: source.name)
def test_every_source_declares_what_is_needed(source: Any) -> None:
    fewest, most = source.expected
    assert 0 < fewest <= most
    assert source.licence
    assert source.description
    assert source.delay_s >= 1 or source.name.startswith(("demo-", "local-"))


def test_a_recipe_names_a_source_or_gives_it_another_name() -> None:
    assert find_source("norec", {}).name == "norec"
    assert find_source("mine", {"source": "norec", "splits": ["test"]}) == replace(norec, splits=("test",))
    assert norec.splits == ("train", "dev", "test")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("norex", {}, "there is no source 'norex'; did you mean 'norec'"),
        ("qqqqqqqq", {}, "there is no source 'qqqqqqqq'; known are app-store, "),
        ("x", {"source": "leipsig"}, "did you mean 'leipzig'"),
        ("norec", {"split": ["test"]}, "source norec has no option 'split'; did you mean 'splits'"),
        ("google-play", {"apps": "no.kvern"}, r"google-play: apps is 'no.kvern', expected something like \(\)"),
        ("norec", {"expected": 5}, "norec: expected is 5"),
        ("norec", {"delay_s": "2"}, "norec: delay_s is '2'"),
        ("norec", {"required": "no"}, "norec: required is 'no'"),
        ("local-file", {"columns": "text"}, "local-file: columns is 'text'"),
        ("local-file", {"worst": True}, "local-file: worst is True"),
    ],
)
def test_what_a_recipe_gets_wrong_is_named(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        find_source(name, options)


def test_a_number_is_a_number() -> None:
    assert find_source("norec", {"delay_s": 1, "checksum": "sha256:ab"}).delay_s == 1
    assert find_source("local-file", {"best": 6.5}).configured({"best": 6}) == replace(local_file, best=6)


def test_the_longest_prefix_is_mirrored_and_nothing_else() -> None:
    mirrors = Mirrors({"http://a.example": "http://1", "http://a.example/deep": "http://2"})
    assert mirrors.address("http://a.example/x") == "http://1/x"
    assert mirrors.address("http://a.example/deep/x") == "http://2/x"
    assert mirrors.address("http://b.example/") == "http://b.example/"
    assert Mirrors().address("http://a.example") == "http://a.example"
