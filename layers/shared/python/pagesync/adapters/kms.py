"""Page tokens sealed by KMS, bound to the organisation and the Page they belong to."""

from typing import TYPE_CHECKING

from pagesync.domain.page import OrgId

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class KmsCipher:
    """The encryption context makes a ciphertext copied to another Page or organisation useless."""

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def encrypt(self, token: str, *, org_id: OrgId, page_id: str) -> bytes:
        answer = self._client.encrypt(
            KeyId=self._key_id, Plaintext=token.encode(), EncryptionContext=_context(org_id, page_id)
        )
        return answer["CiphertextBlob"]

    def decrypt(self, ciphertext: bytes, *, org_id: OrgId, page_id: str) -> str:
        answer = self._client.decrypt(
            KeyId=self._key_id, CiphertextBlob=ciphertext, EncryptionContext=_context(org_id, page_id)
        )
        return answer["Plaintext"].decode()


def _context(org_id: OrgId, page_id: str) -> dict[str, str]:
    return {"orgId": org_id, "pageId": page_id}
