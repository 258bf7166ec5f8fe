"""Connect a Facebook Page to an organisation, or renew its connection in place."""

import uuid

from pagesync.domain.conversation import Platform
from pagesync.domain.job import Failure
from pagesync.domain.page import FacebookPageId, OrgId, PageConnection, PageProfile
from pagesync.ports import ContactStore, JobLedger, PageDirectory, Pipelines, TokenCipher
from pagesync.use_cases.read_pipelines import ensure_pipelines

_OTHER_ACCOUNT = Failure(
    conversation_id=None,
    stage="FETCH",
    code="INSTAGRAM_CHANGED",
    message="The Page was connected without this Instagram account while the sync read it. Sync again.",
    platform=Platform.INSTAGRAM,
)
_NAMESPACE = uuid.UUID("5f0c8a52-6f6b-4c0e-9d0c-0b8f5d2a7c11")


def connect_page(
    *,
    org_id: OrgId,
    page_id: str,
    name: str,
    token: str,
    meta_user_id: str | None = None,
    picture_url: str | None = None,
    instagram_account_id: str | None = None,
    instagram_username: str | None = None,
    ledger: JobLedger,
    directory: PageDirectory,
    cipher: TokenCipher,
    contacts: ContactStore,
    pipelines: Pipelines,
) -> FacebookPageId:
    """Our id of the Page: the same Page of the same organisation always gets the same one.

    A Page starts with the organisation's first pipeline as its auto-pipeline; settings of a Page connected before
    stay. A sync that is reading another Instagram account of the Page reads it no further.
    """
    facebook_page_id = FacebookPageId(str(uuid.uuid5(_NAMESPACE, f"page:{org_id}:{page_id}")))
    first, *_ = ensure_pipelines(org_id, pipelines)
    _give_up_walk(facebook_page_id, instagram_account_id, ledger, directory)
    contacts.add_page(
        PageProfile(
            facebook_page_id=facebook_page_id,
            org_id=org_id,
            page_id=page_id,
            name=name,
            picture_url=picture_url,
            instagram_username=instagram_username,
            auto_pipeline_id=first.pipeline_id,
        )
    )
    directory.connect(
        PageConnection(
            facebook_page_id=facebook_page_id,
            org_id=org_id,
            page_id=page_id,
            token_ciphertext=cipher.encrypt(token, org_id=org_id, page_id=page_id),
            meta_user_id=meta_user_id,
            instagram_account_id=instagram_account_id,
        )
    )
    return facebook_page_id


def _give_up_walk(
    facebook_page_id: FacebookPageId, instagram_account_id: str | None, ledger: JobLedger, directory: PageDirectory
) -> None:
    """Before the account changes: what is listed of the old one must not become a watermark of the new one."""
    before = directory.connections([facebook_page_id]).get(facebook_page_id)
    if before is None or before.instagram_account_id in (None, instagram_account_id):
        return
    if before.active_job_id is not None:
        ledger.abandon(before.active_job_id, Platform.INSTAGRAM, _OTHER_ACCOUNT)
