"""An execution that ends without finalizing its job is told to finalize."""

import json

from pagesync.domain.job import FetchOutcome
from pagesync.messages.flow import FinalizeMessage
from tests.infra.templates import Assembly, Resource

JOB = "0a0b0c0d-1111-4000-8000-000000000001"


def _rule(assembly: Assembly) -> Resource:
    """The one that listens; the other goes by the clock."""
    rules = [each["Properties"] for each in assembly.all_of("AWS::Events::Rule").values()]
    (rule,) = [rule for rule in rules if "EventPattern" in rule]
    return rule


def _every_night(assembly: Assembly) -> list[Resource]:
    rules = [each["Properties"] for each in assembly.all_of("AWS::Events::Rule").values()]
    return [each for each in rules if "ScheduleExpression" in each]


def _target(assembly: Assembly) -> Resource:
    (target,) = _rule(assembly)["Targets"]
    return target


def _queue(assembly: Assembly) -> tuple[str, Resource]:
    ((logical_id, queue),) = assembly.all_of("AWS::SQS::Queue").items()
    return logical_id, queue["Properties"]


def test_every_end_of_our_executions_but_success_is_told(assembly: Assembly) -> None:
    rule = _rule(assembly)
    pattern = rule["EventPattern"]
    (machine,) = assembly.all_of("AWS::StepFunctions::StateMachine")
    assert rule["State"] == "ENABLED"
    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert [assembly.name_of(each) for each in pattern["detail"]["stateMachineArn"]] == [machine]
    assert set(pattern["detail"]["status"]) == {"FAILED", "TIMED_OUT", "ABORTED"}


def test_finalize_is_told_in_its_own_words(assembly: Assembly) -> None:
    target = _target(assembly)
    name = assembly.sync[assembly.name_of(target["Arn"])]["Properties"]["FunctionName"]
    assert name == f"pagesync-{assembly.environment}-finalize"
    transformer = target["InputTransformer"]
    event = {"$.detail.name": f"{JOB}-2", "$.detail.status": "TIMED_OUT"}
    text: str = transformer["InputTemplate"]
    for variable, path in transformer["InputPathsMap"].items():
        text = text.replace(f"<{variable}>", json.dumps(event[path]))
    message = FinalizeMessage.model_validate_json(text)
    assert (message.job_id, message.outcome) == (JOB, FetchOutcome.FAILED)
    assert message.error is not None
    assert message.error.code == "TIMED_OUT"
    assert "sync again" in message.error.message


def test_what_cannot_be_told_is_tried_for_a_day_and_then_kept(assembly: Assembly) -> None:
    target = _target(assembly)
    queue_id, queue = _queue(assembly)
    assert target["RetryPolicy"] == {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}
    assert assembly.name_of(target["DeadLetterConfig"]["Arn"]) == queue_id
    assert queue["MessageRetentionPeriod"] == 14 * 86_400


def test_what_a_function_called_by_a_rule_cannot_do_is_tried_again_and_then_kept(assembly: Assembly) -> None:
    queue_id, _ = _queue(assembly)
    called = {assembly.name_of(rule["Targets"][0]["Arn"]) for rule in (_rule(assembly), *_every_night(assembly))}
    kept = {}
    for each in assembly.all_of("AWS::Lambda::EventInvokeConfig").values():
        settings = each["Properties"]
        assert settings["MaximumRetryAttempts"] == 2
        kept[assembly.name_of(settings["FunctionName"])] = settings["DestinationConfig"]["OnFailure"]["Destination"]
    assert {name: assembly.name_of(queue) for name, queue in kept.items()} == dict.fromkeys(called, queue_id)


def test_jobs_are_swept_and_tokens_checked_every_night_and_what_cannot_be_called_is_kept(
    assembly: Assembly,
) -> None:
    queue_id, _ = _queue(assembly)
    called = {}
    for rule in _every_night(assembly):
        assert rule["State"] == "ENABLED"
        (target,) = rule["Targets"]
        assert assembly.name_of(target["DeadLetterConfig"]["Arn"]) == queue_id
        name = assembly.sync[assembly.name_of(target["Arn"])]["Properties"]["FunctionName"]
        called[name.rpartition("-")[2]] = rule["ScheduleExpression"]
    assert called.keys() == {"sweep", "tokens"}
    assert called["sweep"].startswith("cron(17 3 * * ")
    assert called["tokens"].startswith("cron(47 3 * * ")


def test_the_queue_is_encrypted_and_reached_by_tls_only(assembly: Assembly) -> None:
    queue_id, queue = _queue(assembly)
    assert queue["SqsManagedSseEnabled"] is True
    policy = assembly.only("AWS::SQS::QueuePolicy")["Properties"]
    assert [assembly.name_of(each) for each in policy["Queues"]] == [queue_id]
    statements = policy["PolicyDocument"]["Statement"]
    denied = [each for each in statements if each["Effect"] == "Deny"]
    assert [(each["Action"], each["Condition"]) for each in denied] == [
        ("sqs:*", {"Bool": {"aws:SecureTransport": "false"}})
    ]


def test_only_our_rules_may_put_anything_into_the_queue(assembly: Assembly) -> None:
    statements = assembly.only("AWS::SQS::QueuePolicy")["Properties"]["PolicyDocument"]["Statement"]
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    for each in allowed:
        assert (each["Action"], each["Principal"]) == ("sqs:SendMessage", {"Service": "events.amazonaws.com"})
    sources = {assembly.name_of(each["Condition"]["ArnEquals"]["aws:SourceArn"]) for each in allowed}
    assert sources == set(assembly.all_of("AWS::Events::Rule"))
