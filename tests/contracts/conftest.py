"""The databases of the contract suites: made once a session, their rows kept apart by organisation."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from pagesync.adapters.postgres.connection import Dialect
from pagesync.adapters.postgres.migrate import migrate
from tests import samples
from tests.contracts.crm import Crm, MemoryCrm, PostgresCrm
from tests.contracts.ledgers import Store, dynamodb_store, memory_store
from tests.databases import Databases, Engine, databases


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with databases(tmp_path_factory.mktemp("postgres")) as made:
        yield made


@pytest.fixture(scope="session")
def postgres(database_server: Databases) -> Engine:
    return _migrated(database_server.new(Dialect.POSTGRESQL))


@pytest.fixture(scope="session")
def dsql(database_server: Databases) -> Engine:
    return _migrated(database_server.new(Dialect.AURORA_DSQL))


@pytest.fixture(params=["postgres", "dsql"])
def database_crm(request: pytest.FixtureRequest) -> Iterator[PostgresCrm]:
    """The CRM on each real database."""
    crm = PostgresCrm(request.getfixturevalue(request.param).open)
    yield crm
    crm.close()


@pytest.fixture(params=["memory", "postgres", "dsql"])
def crm(request: pytest.FixtureRequest) -> Iterator[Crm]:
    """The CRM in memory and on each real database."""
    if request.param == "memory":
        yield MemoryCrm()
        return
    real = PostgresCrm(request.getfixturevalue(request.param).open)
    yield real
    real.close()


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Jobs and Pages in memory and on DynamoDB."""
    if request.param == "memory":
        yield memory_store()
    else:
        with mock_aws():
            yield dynamodb_store()


@pytest.fixture
def connected(store: Store) -> Store:
    """The same with one Page connected."""
    store.directory.connect(samples.connection())
    return store


def _migrated(engine: Engine) -> Engine:
    migrate(engine.open())
    return engine
