"""Where per-shard work is done: the task runner that the recipe names."""

from collections.abc import Callable, Iterable
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.recipe import Recipe, RecipeError


def task_runner(recipe: Recipe) -> TaskRunner[Any]:
    """The task runner that `recipe.runner` names, of `recipe.workers` workers. Raises RecipeError if missing."""
    if recipe.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=recipe.workers)
    if recipe.runner == "processes":
        return ProcessPoolTaskRunner(max_workers=recipe.workers)
    try:
        if recipe.runner == "dask":
            from prefect_dask.task_runners import DaskTaskRunner

            cluster = {"n_workers": recipe.workers, "threads_per_worker": 1}
            dask: TaskRunner[Any] = DaskTaskRunner(cluster_kwargs=cluster)
            return dask
        from prefect_ray.task_runners import RayTaskRunner

        ray: TaskRunner[Any] = RayTaskRunner(init_kwargs={"num_cpus": recipe.workers})
        return ray
    except ImportError as error:
        message = f"runner = {recipe.runner!r} needs a package that is missing: pip install 'kvern[{recipe.runner}]'"
        raise RecipeError(message) from error


# Resume belongs to the manifest, which looks at contents; Prefect's cache would look at paths.
@task(name="part", cache_policy=NO_CACHE)
def do_part(function: Callable[[Any], Any], part: Any) -> Any:
    """`function(part)`, on a worker."""
    return function(part)


def spread(function: Callable[[Any], Any], parts: Iterable[Any]) -> list[Any]:
    """`[function(part) for part in parts]`, on the workers of the flow that calls it."""
    futures = [do_part.submit(function, part) for part in parts]
    return [future.result() for future in futures]
