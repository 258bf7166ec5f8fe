"""The web application's files, put where the data stack serves them from once the API they call is there."""

from pathlib import Path

from aws_cdk import Duration, IStackSynthesizer, Stack
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from infra.data_stack import DataStack
from infra.environments import Environment
from infra.nag import acknowledge
from infra.web_site import WebSite

_BASIC_EXECUTION = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
BUILT = Path(__file__).parent.parent / "web" / "dist"


class WebStack(Stack):
    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        data: DataStack,
        site: WebSite,
        api_url: str,
        synthesizer: IStackSynthesizer,
    ) -> None:
        super().__init__(scope, construct_id, synthesizer=synthesizer, termination_protection=environment.keep_data)
        self._data = data
        built = Path(self.node.try_get_context("webBuilt") or BUILT)
        if not (built / "index.html").is_file():
            raise SystemExit("The web application is not built: run `make web`.")
        identity = data.identity
        config = {
            "apiUrl": api_url,
            "authority": identity.issuer,
            "clientId": identity.client_id,
            "scope": identity.scope,
            "roleClaim": identity.role_claim,
        }
        deployment.BucketDeployment(
            self,
            "Files",
            sources=[
                deployment.Source.asset(str(built), exclude=["manifest.json"]),
                deployment.Source.json_data("config.json", config),
            ],
            destination_bucket=site.bucket,  # pyright: ignore[reportArgumentType] - jsii
            distribution=site.distribution,  # pyright: ignore[reportArgumentType] - jsii
            # The edge knows index.html by every address that somebody came to. It counts as one path.
            distribution_paths=["/*"],
            # Whoever has the release before open still loads its parts.
            prune=False,
            memory_limit=512,
            # Cached at the edge for as long as nobody says otherwise; browsers are told by CloudFront's headers.
            cache_control=[deployment.CacheControl.max_age(Duration.days(365))],
        )
        self._acknowledge()

    def _acknowledge(self) -> None:
        """The copying function and its role are the CDK's own: it reads assets and writes this one bucket."""
        reason = "The CDK's own function, which copies an asset into the site's bucket in a deployment."
        assets = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>"
        actions = ["s3:GetBucket*", "s3:GetObject*", "s3:List*", "s3:Abort*", "s3:DeleteObject*"]
        site = f"{self._data.stack_name}:ExportsOutputFnGetAttWebFiles2DFCF39EArnDB270379"
        findings = [
            "AwsSolutions-L1",
            f"AwsSolutions-IAM4[Policy::{_BASIC_EXECUTION}]",
            *(f"AwsSolutions-IAM5[Action::{action}]" for action in actions),
            *(f"AwsSolutions-IAM5[Resource::{resource}]" for resource in (f"{assets}/*", f"{site}/*", "*")),
        ]
        for child in self.node.children:
            if child.node.id.startswith("Custom::CDKBucketDeployment"):
                for finding in findings:
                    acknowledge(child, finding, reason)
