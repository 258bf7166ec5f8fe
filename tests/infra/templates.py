"""Reading synthesised templates: resources by type, references by what they are of."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Resource = dict[str, Any]

FUNCTIONS = (
    "start_sync",
    "status",
    "crm",
    "accounts",
    "fetch_page",
    "process_batch",
    "finalize",
    "migrate",
    "sweep",
    "tokens",
)


@dataclass(frozen=True)
class Statement:
    """One permission: an action on a resource, named as in `Assembly.name_of`."""

    action: str
    resource: str


@dataclass(frozen=True)
class Assembly:
    """Both stacks of one environment."""

    folder: Path
    data_stack: str
    sync_stack: str

    @cached_property
    def data(self) -> Mapping[str, Resource]:
        return self._resources(self.data_stack)

    @cached_property
    def sync(self) -> Mapping[str, Resource]:
        return self._resources(self.sync_stack)

    @property
    def environment(self) -> str:
        return self.data_stack.split("-")[1]

    @property
    def outputs(self) -> set[str]:
        """Names of the outputs meant for people and programs; a stack's exports to the other are not among them."""
        outputs = {**self._template(self.data_stack)["Outputs"], **self._template(self.sync_stack)["Outputs"]}
        return {name for name, output in outputs.items() if "Export" not in output}

    @property
    def broken_rules(self) -> list[str]:
        """Security rules that are neither kept nor acknowledged, with where."""
        report = self.folder / "validation-report.json"
        plugins = json.loads(report.read_text())["pluginReports"]
        return [
            f"{violation['ruleName']} at {construct['constructPath']}"
            for plugin in plugins
            for violation in plugin.get("violations", [])
            for construct in violation["violatingConstructs"]
        ]

    def all_of(self, kind: str) -> dict[str, Resource]:
        both = {**self.data, **self.sync}
        return {name: resource for name, resource in both.items() if resource["Type"] == kind}

    def only(self, kind: str) -> Resource:
        (resource,) = self.all_of(kind).values()
        return resource

    def function(self, name: str) -> Resource:
        """The properties of one of our functions."""
        return self.functions[name]

    @cached_property
    def functions(self) -> dict[str, Resource]:
        """Properties by the name of the folder."""
        prefix = f"pagesync-{self.environment}-"
        found = [each["Properties"] for each in self.all_of("AWS::Lambda::Function").values()]
        ours = [each for each in found if str(each.get("FunctionName")).startswith(prefix)]
        return {each["FunctionName"].removeprefix(prefix).replace("-", "_"): each for each in ours}

    def asset(self, code: Mapping[str, Any]) -> Path:
        """Folder or archive that a Code or Content property is made of."""
        key: str = code["S3Key"]
        listed = json.loads((self.folder / f"{self.sync_stack}.assets.json").read_text())["files"]
        return self.folder / listed[key.split(".", maxsplit=1)[0]]["source"]["path"]

    def statements_of(self, role: Mapping[str, Any]) -> set[Statement]:
        """Everything that a role, given as a Fn::GetAtt, may do."""
        role_id: str = role["Fn::GetAtt"][0]
        resource = self.sync[role_id]["Properties"]
        documents = [policy["PolicyDocument"] for policy in resource.get("Policies", [])]
        documents += [
            policy["Properties"]["PolicyDocument"]
            for policy in self.all_of("AWS::IAM::Policy").values()
            if {"Ref": role_id} in policy["Properties"]["Roles"]
        ]
        return {statement for document in documents for statement in self._flattened(document)}

    def name_of(self, reference: Any) -> str:
        """What a reference is of: a logical id, of whichever stack, with what stands before or after it."""
        if isinstance(reference, str):
            return reference
        if "Fn::ImportValue" in reference:
            return self._exports[reference["Fn::ImportValue"]]
        if "Fn::GetAtt" in reference:
            return reference["Fn::GetAtt"][0]
        if "Ref" in reference:
            return reference["Ref"].replace("AWS::", "")
        separator, parts = reference["Fn::Join"]
        return separator.join(self.name_of(part) for part in parts)

    @cached_property
    def _exports(self) -> dict[str, str]:
        outputs = self._template(self.data_stack)["Outputs"].values()
        return {each["Export"]["Name"]: self.name_of(each["Value"]) for each in outputs if "Export" in each}

    def _flattened(self, document: Mapping[str, Any]) -> Iterator[Statement]:
        for statement in document["Statement"]:
            assert statement["Effect"] == "Allow"
            assert {"NotAction", "NotResource"}.isdisjoint(statement)
            for action in _listed(statement["Action"]):
                for resource in _listed(statement["Resource"]):
                    yield Statement(action, self.name_of(resource))

    def _resources(self, stack: str) -> dict[str, Resource]:
        return self._template(stack)["Resources"]

    def _template(self, stack: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{stack}.template.json").read_text())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
