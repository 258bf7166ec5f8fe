"""The CRM's PostgreSQL, whichever it is: how functions learn of it and who may connect."""

from aws_cdk import aws_dsql as dsql
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.environments import DatabaseKind, Environment
from infra.grants import allow, allow_secret


class Database(Construct):
    """`variables` is what a function that uses it needs in its environment."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(scope, construct_id)
        self._secret_name = environment.database_secret_name
        self._cluster: dsql.CfnCluster | None = None
        if environment.database is DatabaseKind.AURORA_DSQL:
            self._cluster = dsql.CfnCluster(self, "Cluster", deletion_protection_enabled=environment.keep_data)
            self._cluster.apply_removal_policy(environment.removal_policy)
            self.variables = {"DATABASE_DSQL_ENDPOINT": self._cluster.attr_endpoint}
        else:
            self.variables = {"DATABASE_SECRET_ID": self._secret_name}

    def grant_connect(self, grantee: iam.IGrantable) -> None:
        if self._cluster is None:
            allow_secret(self, grantee, self._secret_name)
        else:
            allow(grantee, "dsql:DbConnectAdmin", on=self._cluster.attr_resource_arn)
