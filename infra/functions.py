"""The functions: what each is given to know, and what it may do. Nothing else is allowed to any of them."""

from collections.abc import Mapping

from aws_cdk import Stack
from constructs import Construct

from infra.data_stack import OPEN_JOBS, DataStack
from infra.environments import Environment
from infra.grants import allow, allow_secret
from infra.layers import Layers
from infra.nag import acknowledge
from infra.pagesync_function import PagesyncFunction


class Functions(Construct):
    """One function a capability, each of the folder functions/<name>."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, data: DataStack) -> None:
        super().__init__(scope, construct_id)
        self._environment = environment
        self._data = data
        self._layers = Layers(self, "Layers", environment=environment)
        jobs = {"JOBS_TABLE": data.jobs.table_name}
        told = jobs | data.identity.variables
        payloads = {"PAYLOAD_BUCKET": data.payloads.bucket_name}
        self.start_sync = self._start_sync(told)
        self.status = self._status(told)
        self.crm = self._crm(told | payloads)
        self.accounts = self._accounts(told)
        self.fetch_page = self._fetch_page(jobs | payloads)
        self.process_batch = self._process_batch(jobs | payloads)
        self.finalize = self._finalize(jobs)
        self.migrate = self._migrate()
        self.sweep = self._sweep(jobs)
        self.tokens = self._tokens(jobs)

    @property
    def all(self) -> list[PagesyncFunction]:
        """What must hold for every function is made to hold for these."""
        return [each for each in self.node.children if isinstance(each, PagesyncFunction)]

    @property
    def database_users(self) -> list[PagesyncFunction]:
        """Those that need the newest schema."""
        return [self.process_batch, self.crm, self.accounts]

    def _start_sync(self, variables: Mapping[str, str]) -> PagesyncFunction:
        function = self._function(
            "start_sync", "Opens jobs and starts their executions; cancels, and closes what was lost", variables
        )
        self._allow_jobs(function, "GetItem", "Query", "PutItem", "UpdateItem")
        return function

    def _status(self, variables: Mapping[str, str]) -> PagesyncFunction:
        function = self._function("status", "How a sync is getting on", variables)
        self._allow_jobs(function, "GetItem", "Query")
        self._allow_pages(function)
        return function

    def _crm(self, variables: Mapping[str, str]) -> PagesyncFunction:
        data = self._data
        function = self._function("crm", "Pages, contacts and pipelines", {**variables, **data.database.variables})
        self._allow_jobs(function, "BatchGetItem", "GetItem", "UpdateItem")
        data.database.grant_connect(function)
        # Reading is for the URLs it signs; a part is encrypted with the data key that the first part has got.
        allow(function, "s3:PutObject", "s3:GetObject", on=data.payloads.arn_for_objects("exports/*"))
        allow(function, "kms:GenerateDataKey", "kms:Decrypt", on=data.data_key.key_arn)
        self._acknowledge_objects(function, "exports/*")
        return function

    def _accounts(self, variables: Mapping[str, str]) -> PagesyncFunction:
        """PUBLIC_API_URL is added once there is an API."""
        data = self._data
        function = self._function(
            "accounts",
            "Connects Pages through a login at Facebook, and disconnects them",
            {
                **variables,
                **data.database.variables,
                **self._graph_variables,
                "FACEBOOK_DIALOG_URL": self._environment.graph.dialog_url,
                "WEB_URL": data.web_url,
            },
        )
        self._allow_jobs(function, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
        data.database.grant_connect(function)
        self._allow_pages(function)
        allow(function, "kms:Encrypt", "kms:Decrypt", on=data.token_key.key_arn)
        allow_secret(self, function, self._environment.facebook_secret_name)
        return function

    @property
    def _graph_variables(self) -> dict[str, str]:
        graph = self._environment.graph
        return {
            "TOKEN_KEY_ID": self._data.token_key.key_arn,
            "FACEBOOK_SECRET_ID": self._environment.facebook_secret_name,
            "GRAPH_API_URL": graph.api_url,
            "GRAPH_API_VERSION": graph.api_version,
        }

    def _fetch_page(self, variables: Mapping[str, str]) -> PagesyncFunction:
        data = self._data
        function = self._function(
            "fetch_page",
            "States FetchPage and FetchNextPage: lists one page of conversations",
            {
                **variables,
                **self._graph_variables,
                "PAGE_LIMIT": str(self._environment.page_limit),
                "PAGES_AT_ONCE": str(self._environment.pages_at_once),
                "BATCH_SIZE": str(self._environment.batch_size),
            },
        )
        self._allow_jobs(function, "GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem")
        allow(function, "kms:Decrypt", on=data.token_key.key_arn)
        allow_secret(self, function, self._environment.facebook_secret_name)
        allow(function, "s3:PutObject", on=data.payloads.arn_for_objects("*"))
        allow(function, "kms:GenerateDataKey", on=data.data_key.key_arn)
        self._acknowledge_objects(function)
        return function

    def _process_batch(self, variables: Mapping[str, str]) -> PagesyncFunction:
        gemini, data = self._environment.gemini, self._data
        function = self._function(
            "process_batch",
            "State ProcessBatch: analyses and saves one batch of contacts",
            {
                **variables,
                **data.database.variables,
                "GEMINI_API_URL": gemini.api_url,
                "GEMINI_API_VERSION": gemini.api_version,
                "GEMINI_MODEL": gemini.model,
                "GEMINI_THINKING_LEVEL": gemini.thinking_level,
                "GEMINI_SECRET_ID": self._environment.gemini_secret_name,
            },
        )
        self._allow_jobs(function, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        allow(function, "s3:GetObject", on=data.payloads.arn_for_objects("*"))
        allow(function, "kms:Decrypt", on=data.data_key.key_arn)
        allow_secret(self, function, self._environment.gemini_secret_name)
        data.database.grant_connect(function)
        self._acknowledge_objects(function)
        return function

    def _finalize(self, variables: Mapping[str, str]) -> PagesyncFunction:
        function = self._function("finalize", "State Finalize: closes a job and its account", variables)
        self._allow_jobs(function, "GetItem", "Query", "PutItem", "UpdateItem", "BatchWriteItem")
        return function

    def _migrate(self) -> PagesyncFunction:
        function = self._function(
            "migrate", "Deployment step: newest database schema", self._data.database.variables
        )
        self._data.database.grant_connect(function)
        return function

    def _sweep(self, variables: Mapping[str, str]) -> PagesyncFunction:
        function = self._function("sweep", "Every night: closes the jobs that nobody works on any more", variables)
        self._allow_jobs(function, "GetItem", "Query", "PutItem", "UpdateItem")
        allow(function, "dynamodb:Scan", on=f"{self._data.jobs.table_arn}/index/{OPEN_JOBS}")
        return function

    def _tokens(self, variables: Mapping[str, str]) -> PagesyncFunction:
        data = self._data
        function = self._function(
            "tokens", "Every day: sees dead and dying tokens", {**variables, **self._graph_variables}
        )
        self._allow_jobs(function, "GetItem", "UpdateItem")
        self._allow_pages(function)
        allow(function, "kms:Decrypt", on=data.token_key.key_arn)
        allow_secret(self, function, self._environment.facebook_secret_name)
        return function

    def _allow_pages(self, function: PagesyncFunction) -> None:
        """All Pages stand in the index beside the jobs of each."""
        allow(function, "dynamodb:Query", on=f"{self._data.jobs.table_arn}/index/byPage")

    def _allow_jobs(self, function: PagesyncFunction, *operations: str) -> None:
        """A transaction needs the permissions of the items in it, and none of its own."""
        allow(function, *(f"dynamodb:{operation}" for operation in operations), on=self._data.jobs.table_arn)

    def _acknowledge_objects(self, function: PagesyncFunction, objects: str = "*") -> None:
        reason = (
            "Keys are random and made at run time: such objects of the one payload bucket, and no other bucket."
        )
        exported = Stack.of(self).resolve(self._data.export_value(self._data.payloads.bucket_arn))
        acknowledge(
            function.own_role, f"AwsSolutions-IAM5[Resource::{exported['Fn::ImportValue']}/{objects}]", reason
        )

    def _function(self, name: str, description: str, variables: Mapping[str, str]) -> PagesyncFunction:
        return PagesyncFunction(
            self,
            name,
            description=description,
            variables={**variables, **self._environment.settings_of(name)},
            layers=self._layers.all,
            environment=self._environment,
            log_key=self._data.operations_key,
        )
