"""The sources of a project as they were at a revision of git."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from contextlib import suppress
from pathlib import Path

from kg.core.errors import InputError, StoreError, UsageError
from kg.core.files import aside, sweep

_KEPT = 5
_PARTS = ("kg.toml", "ontology", "entities", "articles", "shapes", "queries")


def revision(root: Path, name: str) -> str | None:
    """The commit that a revision names; None where there is none or no repository.

    Raises `UsageError` where git is not installed.
    """
    if name.startswith("-"):
        return None
    found = _git(root, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}")
    return found.stdout.decode().strip() or None if found.returncode == 0 else None


def names(root: Path) -> list[str]:
    """HEAD, the branches and tags of the repository that a project lies in."""
    found = _git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags")
    return ["HEAD", *found.stdout.decode().split()] if found.returncode == 0 else []


def checked_out(root: Path, state: Path, commit: str) -> Path:
    """The project's folder as of a commit, below `state`; the next time it is there already."""
    home = state / "revisions" / commit
    if not home.is_dir():
        archive = _archive(root, commit)
        place = aside(home)
        try:
            place.mkdir(parents=True)
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(place, filter="data")
            place.rename(home)
        except (OSError, tarfile.TarError) as error:
            if not home.is_dir():
                raise StoreError(f"the revision cannot be unpacked: {error}", path=home) from error
        finally:
            shutil.rmtree(place, ignore_errors=True)
    with suppress(OSError):  # where the disk allows, so that the oldest go first
        os.utime(home)
    _tidy(home.parent)
    return home


def _archive(root: Path, commit: str) -> bytes:
    prefix = _git(root, "rev-parse", "--show-prefix").stdout.decode().strip()
    tree = f"{commit}:{prefix}"
    listed = _git(root, "ls-tree", "--full-tree", "--name-only", tree)
    present = [part for part in listed.stdout.decode().split("\n") if part in _PARTS]
    if listed.returncode != 0 or "kg.toml" not in present:
        raise InputError(f"there was no kg.toml in this folder at {commit[:12]}", path=root)
    done = _git(root, "archive", "--format=tar", tree, "--", *present, whole=True)
    if done.returncode != 0:
        raise InputError(f"git archive: {done.stderr.decode().strip()}", path=root)
    return done.stdout


def _git(root: Path, *arguments: str, whole: bool = False) -> subprocess.CompletedProcess[bytes]:
    folder = root
    if whole:  # git archive takes paths from the top of the tree that it is given
        top = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "--show-toplevel"], capture_output=True, check=False
        )
        folder = Path(os.fsdecode(top.stdout).strip() or root)
    try:
        return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise UsageError("git is not installed, so there are no revisions to compare with") from error


def _tidy(folder: Path) -> None:
    """Keep the revisions that were asked for last."""
    sweep(folder, "[0-9a-f]+")
    found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
