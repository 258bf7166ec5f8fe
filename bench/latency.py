"""How long the API takes for a click and for a look, beside a function that does nothing."""

import io
import json
import statistics
import time
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from bench.counted import Counted, counted
from bench.rig import Rig, deployed_name

EMPTY = deployed_name("empty")
WARM_UPS = 5
ASKS = {
    "status": ("dynamodb:GetItem", "dynamodb:Query"),
    "start_sync": ("dynamodb:TransactWriteItems", "states:StartExecution"),
}
"""What a function asks of AWS for an answer."""
# It logs a line, as all functions do: for one that logs nothing the emulator waits 50 ms.
_CODE = """
def handler(event, context):
    print("nothing")
    return {"statusCode": 200, "body": "{}"}
"""


def run(rig: Rig, *, looks: int, clicks: Sequence[str]) -> dict[str, Any]:
    """On Pages `clicks`, each of one conversation."""
    path = _add_empty_function(rig)
    status = f"/api/facebook/sync-status/{rig.sync(clicks[0])['jobId']}"
    with counted(rig) as at_looks:
        empty, look = _medians_ms([lambda: rig.call("GET", path), lambda: rig.call("GET", status)], looks)
    with counted(rig) as at_clicks:
        click = statistics.median(_click_ms(rig, page) for page in clicks[1:])
    return {
        "emptyMs": round(empty, 2),
        "syncStatus": _told(look, empty, at_looks, "status"),
        "syncBackground": _told(click, empty, at_clicks, "start_sync"),
    }


def _told(milliseconds: float, empty: float, used: Counted, function: str) -> dict[str, Any]:
    """`functionMs` is the Lambda's own time, the rest is the gateway, authorisation and the way there and back."""
    return {
        "ms": round(milliseconds, 2),
        "timesEmpty": round(milliseconds / empty, 2),
        "functionMs": round(used.lambda_ms[function] / used.invocations[function], 2),
        "awsMs": {
            name: round(1_000 * used.aws_seconds[name] / used.aws_requests[name], 2) for name in ASKS[function]
        },
    }


def _medians_ms(calls: Sequence[Callable[[], object]], times: int) -> list[float]:
    """Of each, called in turn, so that whatever else the machine does strikes all alike."""
    for call in [*calls] * WARM_UPS:
        call()
    runs = [[_ms(call) for call in calls] for _ in range(times)]
    return [statistics.median(each) for each in zip(*runs, strict=True)]


def _click_ms(rig: Rig, page: str) -> float:
    """Nothing else goes on: the sync that it starts is over before the next one."""
    milliseconds = _ms(lambda: rig.start(page))
    rig.sync(page)
    return milliseconds


def _ms(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def _add_empty_function(rig: Rig) -> str:
    """A Lambda that does nothing, behind the deployed API and its authoriser; answers its path."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handler.py", _CODE)
    like = rig.aws.client("lambda").get_function_configuration(FunctionName=deployed_name("status"))
    function = rig.aws.client("lambda").create_function(
        FunctionName=EMPTY,
        Runtime=like["Runtime"],
        Role=like["Role"],
        Handler="handler.handler",
        Code={"ZipFile": packed.getvalue()},
        MemorySize=like["MemorySize"],
    )
    gateway = rig.aws.client("apigatewayv2")
    (api,) = [each for each in gateway.get_apis()["Items"] if each["Name"].startswith("pagesync")]
    routes = gateway.get_routes(ApiId=api["ApiId"])["Items"]
    status = next(each for each in routes if each["RouteKey"].startswith("GET /api/facebook/sync-status"))
    integration = gateway.create_integration(
        ApiId=api["ApiId"],
        IntegrationType="AWS_PROXY",
        IntegrationUri=function["FunctionArn"],
        PayloadFormatVersion="2.0",
    )
    gateway.create_route(
        ApiId=api["ApiId"],
        RouteKey="GET /empty",
        Target=f"integrations/{integration['IntegrationId']}",
        AuthorizationType=status["AuthorizationType"],
        AuthorizerId=status["AuthorizerId"],
    )
    account = json.dumps(function["FunctionArn"]).split(":")[4]
    rig.aws.client("lambda").add_permission(
        FunctionName=EMPTY,
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:{rig.stack.region}:{account}:{api['ApiId']}/*/*/*",
    )
    return "/empty"
