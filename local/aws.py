"""The emulated AWS account and clients for it."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
ACCOUNT = "000000000000"
_ROOT_KEY = "test"
_CONFIG = Config(connect_timeout=5, read_timeout=120, retries={"mode": "standard", "total_max_attempts": 2})


@dataclass(frozen=True, slots=True)
class Aws:
    """One emulator. We act as its root; what the functions may do is for their roles to say."""

    endpoint: str

    def client(self, service: str) -> Any:
        session: Any = boto3.Session(
            aws_access_key_id=_ROOT_KEY, aws_secret_access_key=_ROOT_KEY, region_name=REGION
        )
        return session.client(service, endpoint_url=self.endpoint, config=_CONFIG)

    def put_secret(self, name: str, value: str) -> None:
        """Create the secret, or give it a new value."""
        secrets = self.client("secretsmanager")
        try:
            secrets.create_secret(Name=name, SecretString=value)
        except secrets.exceptions.ResourceExistsException:
            secrets.put_secret_value(SecretId=name, SecretString=value)

    def ensure_bucket(self, name: str) -> None:
        """Create the bucket unless it is there."""
        s3 = self.client("s3")
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=name)
