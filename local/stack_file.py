"""What runs, and how to reach it: the file other programs read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.accounts import SignedInUser
from local.memory import write_private_json
from local.pages import ConnectedPage


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack that is ready."""

    api_url: str
    web_url: str
    aws_endpoint: str
    region: str
    database_url: str
    graph_api_url: str
    gemini_api_url: str
    state_machine_arn: str
    jobs_table: str
    users: list[SignedInUser]
    pages: list[ConnectedPage]

    def write(self, path: Path) -> None:
        write_private_json(path, self.as_json())

    def as_json(self) -> dict[str, Any]:
        """The documented shape; keys are a contract."""
        return {
            "apiUrl": self.api_url,
            "webUrl": self.web_url,
            "awsEndpoint": self.aws_endpoint,
            "region": self.region,
            "databaseUrl": self.database_url,
            "graphApiUrl": self.graph_api_url,
            "geminiApiUrl": self.gemini_api_url,
            "stateMachineArn": self.state_machine_arn,
            "jobsTable": self.jobs_table,
            "users": [
                {"email": user.email, "password": user.password, "orgId": user.org_id, "token": user.token}
                for user in self.users
            ],
            "pages": [
                {"id": page.facebook_page_id, "pageId": page.page_id, "name": page.name, "orgId": page.org_id}
                for page in self.pages
            ],
        }
