"""Bad input: a clear message with file and line, the right status, and the former graph as it was."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.command import Kg, Ran

ARTICLE = Path("articles") / "2026-09-10-late-frost"
CLAIMS, FACTS, MENTIONS = (ARTICLE / f"{name}.ttl" for name in ("claims", "facts", "mentions"))
ENTITIES = Path("entities") / "tollan.ttl"
QUESTION = ("query", "what-grows-where")


@dataclass(frozen=True)
class Patient:
    """A published project that a test breaks, and the answer that it gave before."""

    kg: Kg
    folder: Path
    answer: str

    def replace(self, file: Path, old: str, new: str) -> int:
        """Put `new` in place of the one `old` in a file; the line, from 1, on which that was."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (self.folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def append(self, file: Path, text: str) -> int:
        """Add lines at the end of a file; the number of the first."""
        before = (self.folder / file).read_text(encoding="utf-8")
        (self.folder / file).write_text(f"{before}\n{text}\n", encoding="utf-8")
        return before.count("\n") + 2

    def line_of(self, file: Path, text: str) -> int:
        return (self.folder / file).read_text(encoding="utf-8").partition(text)[0].count("\n") + 1

    def build(self, *, status: int, prepare: Callable[[], None] | None = None) -> str:
        """Build, expect a status, and see that the former graph still answers, byte for byte.

        A reading command answers from it too, and says so; with `--strict` it refuses. Returns the message.
        """
        built = self.kg("build", cwd=self.folder, prepare=prepare)
        assert (built.status, built.out) == (status, ""), built
        self.still_answers()
        asked = self.kg(*QUESTION, cwd=self.folder, prepare=prepare)
        assert (asked.status, asked.out) == (0, self.answer), asked
        assert "answering from the graph of" in asked.err
        strict = self.kg(*QUESTION, "--strict", cwd=self.folder, prepare=prepare)
        assert (strict.status, strict.out) == (status, ""), strict
        return built.err

    def still_answers(self) -> None:
        former: Ran = self.kg(*QUESTION, "--no-build", cwd=self.folder)
        assert (former.status, former.out, former.err) == (0, self.answer, "")


@pytest.fixture
def patient(kg: Kg, orchards: Path) -> Patient:
    before = kg(*QUESTION, cwd=orchards)
    assert (before.status, before.err) == (0, "")
    assert "NorthOrchard" in before.out
    return Patient(kg, orchards, before.out)


def test_broken_turtle(patient: Patient) -> None:
    line = patient.replace(FACTS, 'secpol:edtf "2026-09-03" ;', 'secpol:edtf "2026-09-03"')
    message = patient.build(status=3)
    assert f"{FACTS}:{line + 1}: " in message
    assert "error: " in message


def test_an_unknown_prefix(patient: Patient) -> None:
    line = patient.replace(ENTITIES, "tollan:InaPerry a secpol:Person", "tolan:InaPerry a secpol:Person")
    message = patient.build(status=3)
    assert f"{ENTITIES}:{line}: " in message
    assert "tolan" in message


def test_of_several_broken_files_each_is_an_error_with_its_mend(patient: Patient) -> None:
    """The first line alone began with `error:`, and the mends got lost."""
    patient.replace(ENTITIES, "tollan:InaPerry a secpol:Person", "tolan:InaPerry a secpol:Person")
    patient.replace(CLAIMS, "<#S001> a secpol:Claim", "<#S001> a secpl:Claim")
    message = patient.build(status=3)
    assert [line.split(":")[0] for line in message.splitlines()] == [
        "error",
        "  did you mean tollan",
        "error",
        "  did you mean secpol",
    ]


def test_a_file_that_is_not_utf8(patient: Patient) -> None:
    path = patient.folder / ENTITIES
    line = patient.line_of(ENTITIES, "Ina Perry")
    path.write_bytes(path.read_bytes().replace(b"Ina Perry", b"Ina P\xe9rry"))
    message = patient.build(status=3)
    assert f"{ENTITIES}:{line}: " in message
    assert "UTF-8" in message


def test_a_missing_metadata_file(patient: Patient) -> None:
    (patient.folder / ARTICLE / "article.ttl").unlink()
    message = patient.build(status=3)
    assert f"{ARTICLE}: " in message
    assert "no article.ttl" in message


def test_a_missing_ontology_folder(patient: Patient) -> None:
    patient.replace(Path("kg.toml"), 'extends = "core"', 'extends = "none"')
    shutil.rmtree(patient.folder / "ontology")
    message = patient.build(status=3)
    assert "ontology: no ontology" in message


def test_a_missing_project_folder(kg: Kg, tmp_path: Path) -> None:
    ran = kg("build", "--project", tmp_path / "nowhere", cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "nowhere" in ran.err
    assert "does not exist" in ran.err


def test_a_missing_shared_folder_is_told_by_what_it_leaves_undescribed(patient: Patient) -> None:
    shutil.rmtree(patient.folder / "entities")
    message = patient.build(status=1)
    assert f"{CLAIMS}:" in message or f"{ARTICLE}" in message
    assert "not published" in message


def test_an_unreadable_file(patient: Patient) -> None:
    (patient.folder / "entities" / "more.ttl").mkdir()
    message = patient.build(status=3)
    assert "entities/more.ttl: cannot be read" in message


def test_a_link_to_nowhere(patient: Patient) -> None:
    (patient.folder / "shapes" / "more.ttl").symlink_to(patient.folder / "gone.ttl")
    message = patient.build(status=3)
    assert "shapes/more.ttl: cannot be read" in message


def test_a_passage_past_the_end_of_the_text(patient: Patient) -> None:
    line = patient.append(
        CLAIMS,
        '<#char=250,9999> a secpol:Passage ; secpol:paragraph 1 ; secpol:spanDigest "0123456789ab" .',
    )
    patient.replace(CLAIMS, "secpol:evidencedBy <#char=258,282> .", "secpol:evidencedBy <#char=250,9999> .")
    message = patient.build(status=1)
    assert f"{CLAIMS}:{line}: " in message
    assert "[passage.past-end]" in message
    assert "9999" in message
    assert "not published; the graph of" in message


def test_a_claim_without_a_proposition(patient: Patient) -> None:
    patient.replace(CLAIMS, "    secpol:proposition <#S007p> ;\n", "")
    line = patient.line_of(CLAIMS, "<#S007> a secpol:Claim")
    message = patient.build(status=1)
    assert f"{CLAIMS}:{line}: " in message
    assert "[claim.proposition]" in message


def test_two_labels_in_two_files(patient: Patient) -> None:
    first = patient.line_of(ENTITIES, 'rdfs:label "Amber Lady"')
    prefixes = (patient.folder / ENTITIES).read_text(encoding="utf-8").partition("\n\n")[0]
    other = Path("entities") / "more.ttl"
    (patient.folder / other).write_text(f'{prefixes}\n\ntollan:AmberLady rdfs:label "Lady Amber"@en .\n')
    second = patient.line_of(other, "tollan:AmberLady rdfs:label")
    message = patient.build(status=1)
    assert (
        f"{other}:{second}, {ENTITIES}:{first}: " in message
        or f"{ENTITIES}:{first}, {other}:{second}: " in message
    )
    assert "[node.two-labels]" in message


def test_two_values_for_one_number_in_two_files(patient: Patient) -> None:
    first = patient.line_of(FACTS, "secpol:numericValue")
    second = patient.append(
        MENTIONS, '<#Crates> secpol:numericValue "950"^^<http://www.w3.org/2001/XMLSchema#decimal> .'
    )
    message = patient.build(status=1)
    assert f"{FACTS}:{first}, {MENTIONS}:{second}: " in message
    assert "[figure.number]" in message
    assert "[reasoning.inconsistency]" in message, "the ontology says that there is one"


def test_two_certainties_in_two_files(patient: Patient) -> None:
    first = patient.line_of(CLAIMS, "secpol:certainty")
    second = patient.append(FACTS, "<#S001> secpol:certainty secpol:Possible .")
    message = patient.build(status=1)
    assert f"{CLAIMS}:{first}, {FACTS}:{second}: " in message
    assert "[claim.certainty]" in message


def test_one_entity_described_in_several_files_is_fine(patient: Patient) -> None:
    prefixes = (patient.folder / ENTITIES).read_text(encoding="utf-8").partition("\n\n")[0]
    text = f"""{prefixes}

tollan:AmberLady skos:altLabel "the Lady"@en .
tollan:InaPerry a secpol:Person ;
    rdfs:label "Ina Perry"@en .
"""
    (patient.folder / "entities" / "more.ttl").write_text(text, encoding="utf-8")
    built = patient.kg("build", cwd=patient.folder)
    assert (built.status, built.err) == (0, "")
    question = "SELECT ?name { tollan:AmberLady skos:altLabel ?name }"
    assert patient.kg("sparql", question, cwd=patient.folder).out.split() == ["name", "the", "Lady"]


def test_a_graph_with_violations_is_published_when_asked_for(patient: Patient) -> None:
    patient.replace(CLAIMS, "    secpol:proposition <#S007p> ;\n", "")
    built = patient.kg("build", "--allow-violations", cwd=patient.folder)
    assert built.status == 0
    assert "[claim.proposition]" in built.err
    lacking = "SELECT ?claim { ?claim a secpol:Claim FILTER NOT EXISTS { ?claim secpol:proposition ?p } }"
    assert patient.kg("sparql", lacking, cwd=patient.folder).out.endswith("#S007\r\n")
    again = patient.kg("build", cwd=patient.folder)
    assert again.status == 1, "violations that were allowed once are violations still"
    assert "[claim.proposition]" in again.err
    assert patient.kg(*QUESTION, "--strict", cwd=patient.folder).status == 1


def test_a_state_folder_that_cannot_be_written(kg: Kg, orchards: Path) -> None:
    shutil.rmtree(orchards / ".kg")
    (orchards / ".kg").write_text("a file where the folder should be", encoding="utf-8")
    ran = kg("build", cwd=orchards)
    assert (ran.status, ran.out) == (4, "")
    assert "error: .kg" in ran.err
    asked = kg("query", "what-grows-where", cwd=orchards)
    assert (asked.status, asked.out.count("\n") > 1) == (0, True)
    assert asked.err == f"{orchards}/.kg cannot be written, so the graph is built anew each time\n"
    assert kg("query", "what-grows-where", "-q", cwd=orchards).err == ""


def test_a_state_folder_on_a_read_only_disk(patient: Patient) -> None:
    with read_only(patient.folder / ".kg"):
        patient.append(ENTITIES, "# a change")
        ran = patient.kg("build", cwd=patient.folder)
        patient.still_answers()
    assert (ran.status, ran.out) == (4, "")
    assert "error: .kg: the snapshot cannot be written: " in ran.err
    assert "Read-only file system" in ran.err


def test_a_changed_project_on_a_read_only_disk_is_read_as_it_is(kg: Kg, patient: Patient) -> None:
    kg("build", cwd=patient.folder)
    (before,) = (path.name for path in (patient.folder / ".kg" / "snapshots").iterdir())
    with read_only(patient.folder / ".kg"):
        patient.append(ENTITIES, 'tollan:More a orch:Variety ; rdfs:label "More"@en .')
        shown = kg("show", "tollan:More", cwd=patient.folder)
        assert (shown.status, shown.out.splitlines()[0]) == (0, "More  tollan:More")
        assert shown.err == f"{patient.folder}/.kg cannot be written, so the graph is built anew each time\n"
        compared = kg("diff", before, cwd=patient.folder)
        assert (compared.status, "+ More (tollan:More), variety" in compared.out) == (0, True)
        patient.append(ENTITIES, "broken")
        older = kg("show", "amber lady", cwd=patient.folder)
        assert (older.status, "answering from the graph of " in older.err) == (0, True)
        assert "broken is not a valid subject" in older.err
        assert kg("show", "amber lady", "--strict", cwd=patient.folder).status == 3
        refused = kg("diff", before, cwd=patient.folder)
        assert (refused.status, "older than the sources" in refused.err) == (3, True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder on a disk that may not be written; only root may mount one."""
    if not (mount("--bind", str(folder), str(folder)) and mount("-o", "remount,ro,bind", str(folder))):
        pytest.skip("no disk can be mounted here; test_a_full_disk stands in")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a store of it may be open yet


def mount(*arguments: str) -> bool:
    """Mount something; only root may, and not everywhere."""
    command = ["mount", *arguments]
    return (
        bool(shutil.which("mount"))
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


@pytest.mark.parametrize("size", [pytest.param(0, marks=pytest.mark.full), 1_000, 40_000])
def test_a_full_disk(patient: Patient, size: int) -> None:
    """The kernel refuses every byte past a file size (EFBIG), which a store meets as it meets a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    patient.append(ENTITIES, 'tollan:More a orch:Variety ; rdfs:label "More"@en .')
    message = patient.build(status=4, prepare=limit)
    assert ".kg: the snapshot cannot be written" in message
    assert not list((patient.folder / ".kg" / "snapshots").glob(".*")), "what was half written is removed"
    built = patient.kg("build", cwd=patient.folder)
    assert (built.status, built.err) == (0, "")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 KiB; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=300k", "none", str(folder)):
        pytest.skip("no disk can be mounted here; test_a_full_disk stands in")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a store of it may be open yet


def test_a_small_disk_that_fills_up(kg: Kg, orchards: Path, small_disk: Path) -> None:
    shutil.rmtree(orchards / ".kg")
    (orchards / ".kg").symlink_to(small_disk)
    ran = kg("build", cwd=orchards)
    assert (ran.status, ran.out) == (4, "")
    assert "No space left on device" in ran.err
    assert [path.name for path in (small_disk / "snapshots").iterdir()] == []
    asked = kg(*QUESTION, "--no-build", cwd=orchards)
    assert asked.status == 3
    assert "there is no graph yet" in asked.err


def test_several_mistakes_are_told_at_once_in_the_order_of_the_files(patient: Patient) -> None:
    patient.replace(CLAIMS, "    secpol:proposition <#S007p> ;\n", "")
    patient.replace(CLAIMS, "    secpol:proposition <#S005p> ;\n", "")
    lines = [patient.line_of(CLAIMS, f"<#{claim}> a secpol:Claim") for claim in ("S005", "S007")]
    message = patient.build(status=1)
    told = [line for line in message.splitlines() if "[claim.proposition]" in line]
    assert [f"{CLAIMS}:{line}: " in one for line, one in zip(lines, told, strict=True)] == [True, True]
    assert "violations" in message.splitlines()[-2]
