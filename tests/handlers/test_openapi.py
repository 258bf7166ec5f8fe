"""The committed API description is what the routes say."""

from local import openapi


def test_the_committed_document_is_up_to_date() -> None:
    assert openapi.FILE.read_text(encoding="utf-8") == openapi.rendered(), "run `make openapi`"


def test_every_operation_needs_a_token_and_tells_its_refusals() -> None:
    document = openapi.document()
    assert document["security"] == [{"jwt": []}]
    for operations in document["paths"].values():
        for operation in operations.values():
            assert {"401", "403", "404", "422", "500"} <= set(operation["responses"])


def test_starting_a_sync_documents_both_answers() -> None:
    answers = openapi.document()["paths"]["/api/facebook/sync-background"]["post"]["responses"]
    assert {"200", "202"} <= set(answers)
