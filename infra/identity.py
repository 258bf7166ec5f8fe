"""Who may call the API: people with an organisation, in a Cognito user pool."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.environments import Environment
from infra.nag import acknowledge


class Identity(Construct):
    """`issuer` and `client` are what a token must be of."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self.user_pool = cognito.UserPool(
            self,
            "People",
            # Whoever signs up by themselves belongs to no organisation: an owner adds people.
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(email=cognito.StandardAttribute(required=True)),
            custom_attributes={"org_id": cognito.StringAttribute(mutable=True, max_len=64)},
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
        mfa = "A second factor is each organisation's choice: an authenticator app is offered to everybody."
        threats = "Threat protection is a paid plan; sign-in is throttled, and strangers can make no account."
        acknowledge(self.user_pool, "AwsSolutions-COG2", mfa)
        acknowledge(self.user_pool, "AwsSolutions-COG8", threats)
        self.client = self._web_client(environment)
        self.issuer = f"https://cognito-idp.{Stack.of(self).region}.amazonaws.com/{self.user_pool.user_pool_id}"

    def _web_client(self, environment: Environment) -> cognito.UserPoolClient:
        """People read their organisation and never write it: only an administrator's call moves them to another."""
        email = cognito.ClientAttributes().with_standard_attributes(email=True)
        return self.user_pool.add_client(
            "Web",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            id_token_validity=Duration.hours(environment.id_token_hours),
            access_token_validity=Duration.hours(environment.id_token_hours),
            read_attributes=email.with_custom_attributes("org_id"),
            write_attributes=email,
        )
