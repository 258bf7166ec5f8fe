"""Who asks, and what only some of them may."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from pagesync.domain.errors import Forbidden
from pagesync.domain.organisation import Role
from pagesync.domain.page import OrgId
from pagesync.settings import IdentitySettings


@cache
def identity() -> IdentitySettings:
    """Which claims say whose a token is."""
    return IdentitySettings()


def _refuse_members(app: "Caller", next_middleware: Callable[..., Any]) -> Any:
    if app.role is not Role.OWNER:
        raise Forbidden("Only an owner of the organisation can do this. Ask one of them.", code="OWNER_ONLY")
    return next_middleware(app)


OWNERS_ONLY: Mapping[str, Any] = {"middlewares": [_refuse_members], "openapi_extensions": {"x-role": Role.OWNER}}
"""Of routes that change what concerns the whole organisation: `@routes.patch(..., **OWNERS_ONLY)`."""


class Caller:
    """Who asks, from the token that the gateway verified."""

    current_event: Any

    @property
    def org_id(self) -> OrgId:
        """The caller's organisation. Raises Forbidden for somebody without one."""
        org_id = self._claims.get(identity().org_claim)
        if not org_id:
            raise Forbidden("This account does not belong to an organisation. Ask its owner to add you.")
        return OrgId(org_id)

    @property
    def role(self) -> Role:
        """The caller's in the organisation; nobody is an owner whose token does not say so."""
        return Role.OWNER if self._claims.get(identity().role_claim) == Role.OWNER else Role.MEMBER

    @property
    def user_id(self) -> str:
        """The caller's id in the user pool."""
        return self._claims["sub"]

    @property
    def _claims(self) -> Mapping[str, str]:
        return claims_of(self.current_event["requestContext"])


class Routes(Caller, APIGatewayHttpRouter):
    """Routes of one topic, for the HttpApi that includes them."""


def claims_of(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return request.get("authorizer", {}).get("jwt", {}).get("claims", {})
