"""A recipe says what it means, or the message says where it does not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cleaning.language import DEFAULT_ENGINE
from flows.recipe import RecipeError, load_recipe
from scrapers.record import Document
from tests.flows.conftest import ROOT

RECIPES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "recipes").glob("*.toml"))
LEAST = 'name = "x"\n[collect.norec]\n'


@pytest.fixture
def recipe(tmp_path: Path):
    def write(text: str) -> str:
        path = tmp_path / "recipe.toml"
        path.write_text(text, "utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("path", RECIPES)
def test_every_shipped_recipe_loads(path: str) -> None:
    recipe, values = load_recipe(str(ROOT / path))
    assert recipe.name == Path(path).stem == values["name"]
    assert recipe.order()[0].startswith("collect/")
    assert recipe.order()[-1] == "report"


def test_a_recipe_needs_only_a_name_and_a_source(recipe) -> None:
    loaded, _ = load_recipe(recipe(LEAST))
    assert loaded.train is None
    assert loaded.order() == ("collect/norec", "clean", "dedup", "shard", "report")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LEAST + "[trian]\nepochs = 1\n", "unknown key 'trian'; did you mean 'train'?"),
        (LEAST + "[train]\nepoch = 1\n", "unknown key 'train.epoch'; did you mean 'train.epochs'?"),
        (LEAST + "[shard.split]\ntset = 0.1\n", "unknown key 'shard.split.tset'; did you mean 'shard.split.test'?"),
        (LEAST + "[train]\nepochs = 'three'\n", "train.epochs: Input should be a valid integer"),
        (LEAST + "[train]\nepochs = -1\n", "epochs must be above zero"),
        (LEAST + "[train]\ntask = 'rating_band'\n", "did you mean"),
        (LEAST + "[dedup]\nthreshold = 3\n", "expected 0.5 to 1"),
        (LEAST + "[shard.split]\ntest = 0.9\nvalidation = 0.2\n", "leave nothing to train on"),
        ('name = "x"\nlanguage = "nx"\n[collect.norec]\n', "there is no language profile 'nx'"),
        ('engine = "poliglot"\n' + LEAST, "there is no language engine 'poliglot'; did you mean 'polyglot'?"),
        ('engine = "fasttext:nowhere/lid.bin"\n' + LEAST, "nowhere/lid.bin on this machine"),
        ('engine = "polyglot"\nlanguage = "any"\n' + LEAST, "the language profile any has no step `identify`"),
        ('name = "x"\n[collect.nroec]\n', "there is no source 'nroec'; did you mean 'norec'?"),
        ('name = "x"\n[collect.norec]\nspilts = ["dev"]\n', "no option 'spilts'; did you mean 'splits'?"),
        ('name = "x"\n', "collect is missing"),
        ('name = "x"\nrunner = "slurm"\n[collect.norec]\n', "runner"),
        ("workers = 0\n" + LEAST, "workers is 0: expected 1 or more"),
        ('cluster = "tcp://host:8786"\n' + LEAST, "runner 'processes' has none: expected dask or ray"),
        ('runner = "dask"\ncluster = "ray://host:1"\n' + LEAST, "runner 'dask' expects tcp://HOST:8786"),
        ('runner = "dask"\ncluster = "host"\n' + LEAST, "runner 'dask' expects tcp://HOST:8786"),
        ('runner = "ray"\ncluster = "tcp://host:1"\n' + LEAST, "runner 'ray' expects ray://HOST:10001, or auto"),
        ("name = \n", "cannot be read as TOML"),
    ],
)
def test_what_is_not_known_is_named_with_what_is(recipe, text: str, message: str) -> None:
    with pytest.raises(RecipeError) as error:
        load_recipe(recipe(text))
    assert message in str(error.value)
    assert "recipe.toml" in str(error.value)


def test_a_missing_recipe_names_those_that_are_there() -> None:
    with pytest.raises(RecipeError, match=r"there is no recipe .*demos\.toml; there are .*demo\.toml"):
        load_recipe(str(ROOT / "recipes/demos.toml"))


def test_overrides_replace_values_and_are_checked_as_the_file_is(recipe) -> None:
    loaded, values = load_recipe(recipe(LEAST), {"train.epochs": 7, "shard.split.test": 0.3, "seed": 5})
    assert loaded.train
    assert (loaded.train.epochs, loaded.shard.split.test) == (7, 0.3)
    assert values["train"]["epochs"] == 7
    with pytest.raises(RecipeError, match=r"unknown key 'train\.epoks'"):
        load_recipe(recipe(LEAST), {"train.epoks": 7})
    with pytest.raises(RecipeError, match="name is not a table"):
        load_recipe(recipe(LEAST), {"name.x": 7})


def test_the_one_seed_reaches_everything_that_is_drawn(recipe) -> None:
    loaded, _ = load_recipe(recipe("seed = 77\n" + LEAST + "[train]\n[scratch]\nseed = 3\n"))
    assert loaded.train
    assert (loaded.train.seed, loaded.evaluate.seed, loaded.shard.split.seed, loaded.scratch.seed) == (77, 77, 77, 3)


def test_what_is_kept_from_training_is_left_out_unless_the_recipe_says_otherwise(recipe) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    document = Document(
        id="0" * 16, text="a", source="s", url="u", licence="l", collected_at=moment, reserved="no-train"
    )
    for overrides, kept in (({}, False), ({"use_reserved": True}, True)):
        loaded, _ = load_recipe(recipe(LEAST), overrides)
        step = loaded.profile().steps()[0]
        assert step.name == "reserved"
        assert step.function(document).kept is kept


def test_one_word_chooses_the_language_engine(recipe) -> None:
    assert load_recipe(recipe(LEAST))[0].profile().engines() == (DEFAULT_ENGINE,)
    assert load_recipe(recipe('engine = "polyglot"\n' + LEAST))[0].profile().engines() == ("polyglot",)
    assert load_recipe(recipe(LEAST), {"engine": "cascade"})[0].profile().engines() == ("cascade",)
