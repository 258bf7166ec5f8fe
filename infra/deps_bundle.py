"""The functions' third-party packages as a layer archive, installed by uv for their machine, without Docker."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RECIPE = "1"
"""Part of the hash: changed whenever this file makes another archive from the same requirements."""

AWS_APIS = frozenset({"dsql", "dynamodb", "kms", "s3", "secretsmanager", "stepfunctions", "sts"})
"""The service models kept of botocore's 400: the others are most of its 30 MB, unpacked on every cold start."""

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Bundle:
    archive: Path
    digest: str
    """Of what goes in, so that an unchanged layer is neither built, nor uploaded, nor deployed again."""


def bundle_dependencies(
    requirements: Path, *, python_version: str, wheel_platform: str | None, cache: Path
) -> Bundle:
    """The layer archive of a locked requirements file, built unless `cache` has it.

    `wheel_platform` is uv's name of the target; None is this machine. Raises CalledProcessError with uv's words on
    stderr when a locked package has no wheel for the target or its hash differs.
    """
    platform = wheel_platform or f"{sys.platform}-{os.uname().machine}"
    recipe = "\0".join([RECIPE, requirements.read_text(), platform, python_version, *sorted(AWS_APIS)])
    digest = hashlib.sha256(recipe.encode()).hexdigest()
    archive = cache / f"{digest[:16]}.zip"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            packages = Path(scratch, "python")
            _install(requirements, packages, python_version, wheel_platform)
            _prune(packages)
            _compile(packages, python_version)
            built = Path(scratch, "layer.zip")
            _archive(Path(scratch), packages, built)
            built.replace(archive)
    return Bundle(archive, digest)


def _install(requirements: Path, target: Path, python_version: str, wheel_platform: str | None) -> None:
    for_machine = ["--python-platform", wheel_platform] if wheel_platform else []
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    command += ["--target", str(target), "--python-version", python_version, *for_machine]
    command += ["--require-hashes", "--only-binary", ":all:", "--requirement", str(requirements)]
    subprocess.run(command, check=True)  # noqa: S603 - our own interpreter and arguments


def _prune(packages: Path) -> None:
    """Take out what no function reads: other services' models, packages' own tests, stubs, installer's notes.

    Thousands of small files less; licences and versions stay.
    """
    unread = [each for each in packages.glob("botocore/data/*/") if each.name not in AWS_APIS]
    unread += [packages / "bin", packages / "boto3/examples", *packages.rglob("tests/")]
    for folder in unread:
        shutil.rmtree(folder, ignore_errors=True)
    for pattern in ("*.pyi", "*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED"):
        for file in packages.rglob(pattern):
            file.unlink()


def _compile(packages: Path, python_version: str) -> None:
    """Byte code beside the sources: /opt is read-only, so a function would compile them anew on each cold start.

    Unchecked, because the archive sets all times of modification to one instant. Byte code fits one minor version
    of Python: synthesised by another one, the layer goes without.
    """
    if python_version != f"{sys.version_info.major}.{sys.version_info.minor}":
        sys.stderr.write(
            f"Layer without byte code: synthesise with Python {python_version} for faster cold starts.\n"
        )
        return
    command = [sys.executable, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(packages.parent), "-p", "/opt", str(packages)]
    subprocess.run(command, check=True)  # noqa: S603 - our own interpreter and arguments


def _archive(root: Path, packages: Path, target: Path) -> None:
    """The same bytes for the same content, whenever and wherever it is built."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for file in _files(packages):
            entry = zipfile.ZipInfo(file.relative_to(root).as_posix(), date_time=ZIP_EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in sorted(folder.rglob("*")) if each.is_file())
