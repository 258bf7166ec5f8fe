"""Secrets by reference: read from Secrets Manager when needed, remembered for a few minutes."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

REMEMBERED_SECONDS = 300


class StoredSecret:
    """Calling it gives the secret's text; a rotated value is seen within REMEMBERED_SECONDS without a deploy."""

    def __init__(
        self, client: "SecretsManagerClient", secret_id: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._secret_id = secret_id
        self._monotonic = monotonic
        self._value = ""
        self._read_at = float("-inf")

    def __call__(self) -> str:
        if self._monotonic() - self._read_at > REMEMBERED_SECONDS:
            self._value = self._client.get_secret_value(SecretId=self._secret_id)["SecretString"]
            self._read_at = self._monotonic()
        return self._value
