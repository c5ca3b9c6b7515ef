"""What every flow is told: which recipe, where the run lies. Paths and small values, so that it travels as JSON."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel, Field

from flows.recipe import NAME, Recipe, RecipeError, load_recipe
from scrapers.fingerprint import code_of
from scrapers.manifest import Run
from scrapers.source import Mirrors
from scrapers.sources.demo import ADDRESS


class Job(BaseModel, extra="forbid"):
    """A recipe and where to run it."""

    recipe: str = Field("recipes/demo.toml", description="path of the recipe, a TOML file")
    runs: str = Field("runs", description="folder or fsspec URL that holds the runs")
    name: str | None = Field(None, description="name of the run; the recipe's name where it is empty")
    overrides: dict[str, Any] = Field(default_factory=dict, description="dotted recipe keys and the values to set")
    mirrors: dict[str, str] = Field(default_factory=dict, description="address prefixes and what stands in for them")

    @contextmanager
    def opened(self) -> Iterator[tuple[Recipe, Run]]:
        """The recipe, and the run held for this process with its manifest true to the recipe.

        Raises RecipeError, and ManifestError where another process holds the run.
        """
        recipe, values = load_recipe(self.recipe, self.overrides)
        if self.name and not NAME.fullmatch(self.name):
            raise RecipeError(f"{self.name!r} is no name for a run: letters, digits, '-', '_' and '.' inside")
        url = f"{self.runs.rstrip('/')}/{self.name or recipe.name}"
        with Run(url).locked():
            run = Run(url)  # as it is now that nobody else can change it
            if run.recipe != values:
                run.begin(values, recipe.order())
            yield recipe, run


@contextmanager
def mirrors_of(recipe: Recipe, job: Job) -> Iterator[Mirrors]:
    """The mirrors of the recipe and the job; the demo site, where the recipe has one, is served meanwhile."""
    prefixes = dict(recipe.mirrors) | job.mirrors
    if recipe.demo_site is None:
        yield Mirrors(prefixes)
        return
    from scrapers.demo_site import server

    content = f"{recipe.demo_site.seed} {code_of(server)}"
    with server.serve(recipe.demo_site.port, recipe.demo_site.seed) as site:
        yield Mirrors({ADDRESS: site.address} | prefixes, content)
