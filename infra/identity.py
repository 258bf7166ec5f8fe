"""Who may call the API: people with an organisation, in a Cognito user pool."""

from urllib.parse import urlsplit

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.environments import Environment
from infra.nag import acknowledge

SCOPE = "openid"
"""Alone: an ID token then has all that the client may read. Any scope beside it takes the custom attributes away.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
"""


class Identity(Construct):
    """`issuer` and `client_id` are what a token must be of, and `variables` tell functions how to read it. It is
    asked for with `scope`, and its `role_claim` says who is an owner.

    People sign in at `web_url` and come back to it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, web_url: str) -> None:
        super().__init__(scope, construct_id)
        self.variables: dict[str, str] = {}
        self.role_claim, self.scope = "custom:role", SCOPE
        if environment.oidc is None:
            self._own_people(environment, web_url)
        else:
            self.issuer, self.client_id = environment.oidc.url, environment.oidc.client_id
            self.role_claim, self.scope = environment.oidc.role_claim, environment.oidc.scope
            self.variables = {"ORG_CLAIM": environment.oidc.org_claim, "ROLE_CLAIM": self.role_claim}

    def _own_people(self, environment: Environment, web_url: str) -> None:
        pool = cognito.UserPool(
            self,
            "People",
            # Whoever signs up by themselves belongs to no organisation: an owner adds people.
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(email=cognito.StandardAttribute(required=True)),
            custom_attributes={
                "org_id": cognito.StringAttribute(mutable=True, max_len=64),
                "role": cognito.StringAttribute(mutable=True, max_len=16),
            },
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_symbols=True,
                require_uppercase=True,
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
            deletion_protection=environment.keep_data,
            removal_policy=environment.removal_policy,
        )
        mfa = "A second factor is for whoever an administrator gives one: the sign-in page then asks for it."
        threats = "Threat protection is a paid plan; sign-in is throttled, and strangers can make no account."
        acknowledge(pool, "AwsSolutions-COG2", mfa)
        acknowledge(pool, "AwsSolutions-COG8", threats)
        pool.add_domain(
            "SignIn", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=_domain_prefix(self, environment))
        )
        self.issuer = f"https://cognito-idp.{Stack.of(self).region}.amazonaws.com/{pool.user_pool_id}"
        client = _web_client(pool, environment, [web_url, *environment.other_origins])
        self.client_id = client.user_pool_client_id
        CfnOutput(Stack.of(self), "UserPoolId", value=pool.user_pool_id)
        CfnOutput(Stack.of(self), "UserPoolClientId", value=self.client_id)


def _web_client(pool: cognito.UserPool, environment: Environment, origins: list[str]) -> cognito.UserPoolClient:
    """A public client without a secret, whose code flow PKCE proves.

    People read their organisation and role and never write them: an administrator's call alone changes them.
    """
    email = cognito.ClientAttributes().with_standard_attributes(email=True)
    return pool.add_client(
        "Web",
        auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
        o_auth=cognito.OAuthSettings(
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            scopes=[cognito.OAuthScope.OPENID],
            callback_urls=[f"{origin}/" for origin in origins],
            logout_urls=[f"{origin}/" for origin in origins],
        ),
        supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
        generate_secret=False,
        prevent_user_existence_errors=True,
        id_token_validity=Duration.hours(environment.id_token_hours),
        access_token_validity=Duration.hours(environment.id_token_hours),
        read_attributes=email.with_custom_attributes("org_id", "role"),
        write_attributes=email,
    )


def sign_in_url(scope: Construct, environment: Environment) -> str:
    """The origin of where people sign in, known before the pool is."""
    if environment.oidc is not None:
        issuer = urlsplit(environment.oidc.url)
        return f"{issuer.scheme}://{issuer.netloc}"
    return f"https://{_domain_prefix(scope, environment)}.auth.{Stack.of(scope).region}.amazoncognito.com"


def _domain_prefix(scope: Construct, environment: Environment) -> str:
    """One of its kind in a region, whoever else uses it: hence the account."""
    return f"pagesync-{environment.name}-{Stack.of(scope).account}"
