"""The people of the local stack, of two organisations, signed up in the deployed user pool."""

import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass

from local.aws import Aws
from local.deploy import Deployment
from local.memory import Memory

_PASSWORD = "userPassword"
ROLE_CLAIM = "custom:role"
SCOPE = "openid"
"""As everywhere that has a user pool: the emulator would give the claims for any."""


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    org_id: str
    role: str


@dataclass(frozen=True, slots=True)
class SignedInUser:
    """`token` is the ID token the API takes; it was issued when the stack came up, for as long as the pool says."""

    email: str
    password: str
    org_id: str
    token: str


def _person(email: str, role: str) -> Person:
    return Person(email, org_id=str(uuid.uuid5(uuid.NAMESPACE_DNS, email.partition("@")[2])), role=role)


PEOPLE = (
    _person("ana@blue-harbor.example", "owner"),
    _person("ben@north-pine.example", "owner"),
    _person("mia@blue-harbor.example", "member"),
)
"""Pages are connected for the first one's organisation. The second one is there to see none of them, the third to
change nothing that concerns all of it."""


def sign_in_everybody(aws: Aws, deployment: Deployment, memory: Memory) -> list[SignedInUser]:
    """Make sure that PEOPLE exist with this stack's password, and sign each in."""
    password = memory.get(_PASSWORD) or _new_password()
    memory.put(_PASSWORD, password)
    return [sign_in(aws, deployment, person, password) for person in PEOPLE]


def _new_password() -> str:
    # The suffix has one of each kind of character a password policy may ask for.
    return f"{secrets.token_urlsafe(12)}-Aa1"


def sign_in(aws: Aws, deployment: Deployment, person: Person, password: str) -> SignedInUser:
    """Sign them up first unless they are."""
    pool = aws.client("cognito-idp")
    user = {"UserPoolId": deployment.user_pool_id, "Username": person.email}
    attributes = {
        "email": person.email,
        "email_verified": "true",
        "custom:org_id": person.org_id,
        ROLE_CLAIM: person.role,
    }
    with suppress(pool.exceptions.UsernameExistsException):
        pool.admin_create_user(**user, MessageAction="SUPPRESS")
    pool.admin_update_user_attributes(
        **user, UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()]
    )
    pool.admin_set_user_password(**user, Password=password, Permanent=True)
    answer = pool.initiate_auth(
        ClientId=deployment.user_pool_client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": person.email, "PASSWORD": password},
    )
    return SignedInUser(person.email, password, person.org_id, answer["AuthenticationResult"]["IdToken"])
