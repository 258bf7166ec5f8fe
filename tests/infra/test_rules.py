"""Other people's rules over our templates: cdk-nag's, and CloudFormation's own."""

import json
import re
import subprocess
import sys
from pathlib import Path

from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3

from tests.infra.conftest import checked_assembly
from tests.infra.templates import Assembly, Resource


def test_no_security_rule_is_broken_without_a_reason(assembly: Assembly) -> None:
    assert assembly.broken_rules == []


def test_a_broken_security_rule_is_noticed(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    s3.Bucket(Stack(app, "Careless"), "Open")
    careless = Assembly(checked_assembly(app), "Careless", "Careless")
    assert careless.broken_rules == [
        "AwsSolutions-S1 at Careless/Open/Resource",
        "AwsSolutions-S10 at Careless/Open/Resource",
    ]


def test_templates_are_valid_cloudformation(assembly: Assembly, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(json.dumps({"Resources": dict(assembly.data)}))
    sync = dict(assembly.sync)
    for name in assembly.all_of("AWS::StepFunctions::StateMachine"):
        sync[name] = _with_definition_as_object(sync[name])
    (tmp_path / "sync.json").write_text(json.dumps({"Resources": sync}))
    linter = Path(sys.executable).with_name("cfn-lint")
    # W3005: the CDK writes down dependencies that follow from references as well.
    checked = subprocess.run(
        [linter, "--non-zero-exit-code", "warning", "--ignore-checks", "W3005", "--", *tmp_path.iterdir()],
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def _with_definition_as_object(state_machine: Resource) -> Resource:
    """The linter checks a definition in JSONata only as an object, and knows no expression where a number goes."""
    properties = dict(state_machine["Properties"])
    filled = properties["DefinitionSubstitutions"]
    number = re.compile(r'"\{% \$number\(\'\$\{(\w+)\}\'\) %\}"')
    text = number.sub(lambda expression: filled[expression[1]], properties.pop("DefinitionString"))
    return {**state_machine, "Properties": {**properties, "Definition": json.loads(text)}}
