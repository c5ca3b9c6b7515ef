"""Lets `prefect deployment run scrape-and-train` find the deployment of that name, without the name of its flow.

Prefect asks for FLOW/DEPLOYMENT. Its plugin hook runs this in every `prefect` command started from the project's root,
where `pyproject.toml` switches plugins on. Where a later Prefect is built differently, Prefect's own answer stands.
"""

from typing import Any

from prefect.plugins import register_hook


@register_hook
def setup_environment(*, ctx: Any) -> None:
    """Teaches Prefect's client to read a deployment by its bare name."""
    try:
        from prefect.client.orchestration._deployments.client import DeploymentAsyncClient
        from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName

        original = DeploymentAsyncClient.read_deployment_by_name
    except (ImportError, AttributeError):
        return

    async def read_deployment_by_name(self: Any, name: str) -> Any:
        if "/" in name:
            return await original(self, name)
        wanted = DeploymentFilter(name=DeploymentFilterName(any_=[name]))
        found = await self.read_deployments(deployment_filter=wanted, limit=2)
        return found[0] if len(found) == 1 else await original(self, f"{name}/{name}")

    DeploymentAsyncClient.read_deployment_by_name = read_deployment_by_name  # type: ignore[method-assign]
