"""Bringing a whole stack up, and taking it down again."""

import json
from collections.abc import Callable, Sequence

from local.accounts import PEOPLE, ROLE_CLAIM, SCOPE, sign_in_everybody
from local.aws import REGION, Aws
from local.cors import apply_cors
from local.deploy import Deployer, Deployment
from local.emulator import start_emulator
from local.errors import StackError
from local.interrupts import uninterrupted
from local.memory import Memory
from local.pages import PageToConnect, connect_pages, pages_to_connect
from local.postgres import EmbeddedPostgres
from local.processes import Processes
from local.progress import StepGroup, Steps
from local.servers import Servers
from local.settings import LocalSettings
from local.stack_file import Stack
from local.state_folder import StateFolder

_GEMINI_SECRET = "pagesync/local/gemini"
_DATABASE_SECRET = "pagesync/local/database"
_FACEBOOK_SECRET = "pagesync/local/facebook"


class LocalStack:
    """The stack of one state folder."""

    def __init__(self, folder: StateFolder, settings: LocalSettings) -> None:
        self.folder = folder
        self._settings = settings
        self._processes = Processes(folder.processes_file)
        self._memory = Memory(folder.memory_file)
        self._servers = Servers(folder=folder, processes=self._processes, memory=self._memory)
        self._postgres = EmbeddedPostgres(folder.postgres)

    def up(self, steps: Steps) -> Stack:
        """Returns once everything answers; of a stack that runs already, only what has changed is deployed.

        Whatever keeps it from coming up, Ctrl-C included, also stops what runs of it by then, unless it ran before.
        """
        pages = pages_to_connect(self._settings.pages_file)
        ran_before = self._processes.any_running()
        try:
            stack = self._boot(steps, pages)
        except BaseException:
            self.folder.stack_file.unlink(missing_ok=True)
            if not ran_before:
                self.down()
            raise
        stack.write(self.folder.stack_file)
        return stack

    def down(self) -> None:
        """Stop everything of this stack. Data stays."""
        with uninterrupted():
            self.folder.stack_file.unlink(missing_ok=True)
            self._processes.stop_all()
            self._postgres.stop()

    def _boot(self, steps: Steps, pages: Sequence[PageToConnect]) -> Stack:
        with steps.together() as group:
            postgres = group.start("PostgreSQL", self._postgres.start)
            emulator = group.start("AWS emulator", self._start_emulator)
            graph_url = self._url(group, "graph", "Graph simulator", self._settings.graph_api_url)
            gemini_url = self._url(group, "gemini", "Gemini simulator", self._settings.gemini_api_url)
        aws, database_url = emulator.result(), postgres.result()
        aws.put_secret(_GEMINI_SECRET, self._settings.gemini_api_key)
        aws.put_secret(_DATABASE_SECRET, database_url)
        aws.put_secret(_FACEBOOK_SECRET, json.dumps(dict(self._settings.facebook_app)))
        deployer = Deployer(aws, folder=self.folder, processes=self._processes, memory=self._memory)
        api_url, web_url = self._servers.reserve("gateway"), self._servers.reserve("web")
        addresses = {"graphApiUrl": graph_url(), "geminiApiUrl": gemini_url()}
        addresses |= {"publicApiUrl": api_url, "webUrl": web_url}
        context = {**addresses, **self._settings.context}
        deployment = steps.run("Deployment of the CDK app", lambda: deployer.deploy(context))
        org_id = PEOPLE[0].org_id
        with steps.together() as group:
            api = group.start("HTTP API", lambda: self._open_gateway(api_url, aws, deployment))
            users = group.start("Users", lambda: sign_in_everybody(aws, deployment, self._memory))
            connected = group.start(
                "Facebook Pages", lambda: connect_pages(
                    pages, org_id=org_id, aws=aws, deployment=deployment, database_url=database_url
                )
            )  # fmt: skip
        api.result()
        self._open_web(web_url, aws=aws, deployment=deployment, api_url=api_url, graph_url=graph_url())
        return Stack(
            api_url=api_url,
            web_url=web_url,
            aws_endpoint=aws.endpoint,
            region=REGION,
            database_url=database_url,
            graph_api_url=graph_url(),
            gemini_api_url=gemini_url(),
            state_machine_arn=deployment.state_machine_arn,
            jobs_table=deployment.jobs_table,
            users=users.result(),
            pages=connected.result(),
        )

    def _start_emulator(self) -> Aws:
        return start_emulator(
            folder=self.folder,
            processes=self._processes,
            memory=self._memory,
            notes_requests=self._settings.notes_requests,
        )

    def _url(self, group: StepGroup, name: str, title: str, given: str | None) -> Callable[[], str]:
        """Of the server that was named, or of a simulator; to be asked for once the group has ended."""
        if given is not None:
            return lambda: given
        return group.start(title, lambda: self._servers.start(name, f"simulators.{name}")).result

    def _open_gateway(self, url: str, aws: Aws, deployment: Deployment) -> None:
        """Facebook sends people back to `url`."""
        apply_cors(aws, deployment)
        self._open(url, "gateway", "--target", aws.endpoint, "--api-id", deployment.api_id)

    def _open_web(self, url: str, *, aws: Aws, deployment: Deployment, api_url: str, graph_url: str) -> None:
        """The sign-in leads back to `url`, and to no other address."""
        config = ["--api-url", api_url, "--client-id", deployment.user_pool_client_id, "--role-claim", ROLE_CLAIM]
        config += ["--authority", f"{aws.endpoint}/{deployment.user_pool_id}", "--pictures", graph_url]
        config += ["--scope", SCOPE, "--downloads", aws.endpoint]
        self._open(url, "web", *config)

    def _open(self, url: str, name: str, *arguments: str) -> None:
        """At the address that was reserved for it."""
        if self._servers.restart(name, f"local.{name}", *arguments) != url:
            raise StackError(f"Another program took {url} while the stack came up: run the command again.")
