"""An organisation for each test, in each CRM."""

import pytest

from tests.contracts.contacts.office import LATER, Office, TwoBatches, draft, new_id
from tests.contracts.crm import Crm


@pytest.fixture
def office(crm: Crm) -> Office:
    return Office(crm)


@pytest.fixture
def two(office: Office) -> TwoBatches:
    job_id = new_id()
    return TwoBatches(office, office.batch(1, job_id=job_id), office.batch(2, job_id=job_id, saved_at=LATER))


@pytest.fixture
def stranger(office: Office) -> Office:
    """Another organisation, in a CRM where the first has a contact."""
    office.crm.store.save(office.batch(), [draft("1", move=office.move(1))])
    office.tag(office.only().contact_id, "vip")
    return Office(office.crm)
