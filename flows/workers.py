"""Where per-shard work is done: the task runner that the recipe names."""

import asyncio
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.recipe import Recipe, RecipeError
from scrapers.manifest import kvern_version

CONNECT_S = 20  # a cluster that has not answered by then is out of reach


class WorkersError(Exception):
    """The workers that a recipe names cannot be had, or cannot do its work."""


def task_runner(recipe: Recipe) -> TaskRunner[Any]:
    """The task runner that `recipe.runner` names: on the cluster at `recipe.cluster`, or of `recipe.workers` workers.

    Raises RecipeError where the package of the runner is missing, WorkersError where the cluster does not answer.
    """
    if recipe.runner == "threads":
        return ThreadPoolTaskRunner(max_workers=recipe.workers)
    if recipe.runner == "processes":
        return ProcessPoolTaskRunner(max_workers=recipe.workers)
    try:
        return dask_runner(recipe) if recipe.runner == "dask" else ray_runner(recipe)
    except ImportError as error:
        message = f"runner = {recipe.runner!r} needs a package that is missing: pip install 'kvern[{recipe.runner}]'"
        raise RecipeError(message) from error
    except OSError as error:
        said = str(error) or f"nothing for {CONNECT_S} s"
        raise WorkersError(
            f"the {recipe.runner} cluster at {recipe.cluster} does not answer ({said}): start it, "
            "or leave `cluster` out of the recipe for one on this machine"
        ) from error


def dask_runner(recipe: Recipe) -> TaskRunner[Any]:
    """The runner on a Dask cluster. Raises OSError where its scheduler does not answer."""
    from distributed.comm import connect
    from prefect_dask.task_runners import DaskTaskRunner

    if not recipe.cluster:
        # Its dashboard would be open to the network.
        local = {"n_workers": recipe.workers, "threads_per_worker": 1, "dashboard_address": "127.0.0.1:0"}
        started: TaskRunner[Any] = DaskTaskRunner(cluster_kwargs=local)
        return started

    async def greet() -> None:
        comm = await asyncio.wait_for(connect(recipe.cluster, timeout=CONNECT_S), CONNECT_S)
        await comm.close()

    with ThreadPoolExecutor(1) as thread:  # a notebook has an event loop of its own
        thread.submit(asyncio.run, greet()).result()  # Dask's client waits for ever where somebody else listens
    found: TaskRunner[Any] = DaskTaskRunner(address=recipe.cluster)
    return found


def ray_runner(recipe: Recipe) -> TaskRunner[Any]:
    """The runner on a Ray cluster. Raises OSError where nobody listens at its address."""
    from prefect_ray.task_runners import RayTaskRunner

    options: dict[str, Any] = {"address": recipe.cluster}
    if not recipe.cluster:
        options = {"address": "local", "num_cpus": recipe.workers, "include_dashboard": False}
    elif recipe.cluster != "auto":
        address = urlsplit(recipe.cluster)
        socket.create_connection((address.hostname, address.port), CONNECT_S).close()
    runner: TaskRunner[Any] = RayTaskRunner(init_kwargs=options)
    return runner


# Resume belongs to the manifest, which looks at contents; Prefect's cache would look at paths.
@task(name="part", cache_policy=NO_CACHE)
def do_part(function: Callable[[Any], Any], part: Any, version: str) -> Any:
    """`function(part)`, on a worker. Raises WorkersError where the worker has not `version` of Kvern."""
    if kvern_version() != version:
        raise WorkersError(f"a worker has Kvern {kvern_version()}, the run {version}: install the same on all workers")
    return function(part)


def spread(function: Callable[[Any], Any], parts: Iterable[Any]) -> list[Any]:
    """`[function(part) for part in parts]`, on the workers of the flow that calls it."""
    version = kvern_version()
    futures = [do_part.submit(function, part, version) for part in parts]
    return [future.result() for future in futures]
