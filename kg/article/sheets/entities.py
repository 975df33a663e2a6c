"""Rows that describe entities: the sheet `entities` of a workbook, or a file of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.article.sheets.cell_reader import Reader, Wrong
from kg.article.sheets.cell_writer import Writer
from kg.article.sheets.columns import form_of
from kg.article.sheets.grid import Grid
from kg.article.sheets.material import SOURCE, ArticleSources
from kg.article.sheets.sheet import Row, rows_in
from kg.claims.cells import LANGUAGE, NONE, SEPARATOR, values_in
from kg.claims.columns import CellForm, TableColumn
from kg.core.errors import InputError
from kg.core.findings import Finding, Place, Severity
from kg.core.likeness import clean, folded
from kg.core.names import NAME_PROPERTIES, AmbiguousName, NameKind, UnknownName
from kg.core.nodes import named
from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL, SKOS, GroundTerm, is_stated, nearest
from kg.rdf.order import natural

NAME, CLASS = "name", "class"
_NAMES = {
    "also called": TableColumn("also called", (SKOS("altLabel"),), CellForm.TEXT),
    "metonym": TableColumn("metonym", (SECPOL("metonym"),), CellForm.TEXT),
}
_SOURCE = TableColumn("source", (SOURCE,), CellForm.TEXT)
_BY_HEADER = {**_NAMES, _SOURCE.name: _SOURCE}
_INVERSE = "inverse of "
_USUAL = ", ".join((NAME, CLASS, *_BY_HEADER))
Described = Mapping[ox.NamedNode, frozenset[GroundTerm]]


@dataclass(frozen=True)
class EntityRows:
    """The rows of a sheet of entities, and their columns but for name and class.

    `inverse` are the columns whose values have the property, with what the row names as its value.
    """

    name: str
    columns: tuple[TableColumn, ...]
    rows: tuple[Row, ...]
    inverse: frozenset[TableColumn] = frozenset()

    def stated(self) -> Iterator[str]:
        """What the rows say of classes, each as `CLASS: name`."""
        for row in self.rows:
            if row.cells.get(CLASS):
                yield f"{row.cells[CLASS]}: {row.cells[NAME]}"
            yield from (row.cells[c.name] for c in self.columns if c.cell is CellForm.NODE)

    def aliases(self) -> Iterator[tuple[str, str, NameKind]]:
        """The other names that the rows give, each with the name and with how it names."""
        for row in self.rows:
            for column in _NAMES.values():
                if (cell := row.cells.get(column.name, "")) != NONE:
                    for name in values_in(cell):
                        yield name, row.cells[NAME], NAME_PROPERTIES[column.property]


@dataclass
class Descriptions:
    """What rows say of nodes, by property; an empty set takes away what was said.

    `rows` has the row that describes each; `broken` are the rows that could not be read, by their names,
    folded.
    """

    said: dict[ox.NamedNode, Described] = field(default_factory=dict)
    rows: dict[ox.NamedNode, Row] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: dict[str, Row] = field(default_factory=dict)


def entity_rows(grid: Grid, name: str, material: ArticleSources, path: Path) -> EntityRows:
    """The rows of a sheet of entities; raises `InputError` for columns that are not known."""
    if not grid.rows:
        return EntityRows(name, (), ())
    columns: dict[int, TableColumn] = {}
    places: dict[int, str] = {}
    wrong: list[str] = []
    for index, cell in enumerate(grid.rows[0]):
        header = clean(cell)
        if not header:
            continue
        if header.casefold() in (NAME, CLASS):
            places[index] = header.casefold()
        elif (column := _column(header, material) or _inverse(header, material)) is not None:
            columns[index], places[index] = column, column.name
        else:
            wrong.append(f"there is no property '{header}'{_offers(header, material)}")
    if NAME not in places.values():
        wrong.append("the sheet has no column name")
    if len(set(places.values())) < len(places):
        wrong.append("a column is there twice")
    if wrong:
        raise InputError(
            "; ".join(wrong),
            path=path,
            line=grid.numbers[0],
            hint=f"its columns are {_USUAL}, and properties",
        )
    inverse = frozenset(c for c in columns.values() if _column(c.name, material) is None)
    return EntityRows(name, tuple(columns.values()), tuple(rows_in(grid, places, path)), inverse)


def entities_of(material: ArticleSources, writer: Writer) -> list[list[str]]:
    """A sheet of what articles share and sheets of this one brought in, the header first."""
    home, classes = f"{material.iri}#", material.classes()
    mine: dict[ox.NamedNode, dict[ox.NamedNode, list[GroundTerm]]] = {}
    for node, triples in material.brought_in.items():
        if not node.value.startswith(home) and material.is_own(node):
            said = mine.setdefault(node, {})
            for triple in triples:
                if isinstance(triple.object, ox.NamedNode | ox.Literal):
                    said.setdefault(triple.predicate, []).append(triple.object)
    for said in mine.values():
        if all(str(source).startswith(f"<{home}") for source in said.get(SOURCE, ())):
            said.pop(SOURCE, None)
    known = {RDF_TYPE, RDFS_LABEL, *(column.property for column in _NAMES.values())}
    further = sorted({path for said in mine.values() for path in said} - known, key=str)
    headers = (_SOURCE.name if path == SOURCE else material.relations.shown(path) for path in further)
    columns = [*_NAMES.values(), *(found for header in headers if (found := _column(header, material)))]
    table = [[NAME, CLASS, *(column.name for column in columns)]]
    for node, said in sorted(mine.items(), key=lambda item: natural(item[0].value)):
        kinds = (classes.shown(kind) for kind in named(said.get(RDF_TYPE, ())))
        cells = (_cell(column, said.get(column.property, ()), writer, material) for column in columns)
        table.append([material.entities_named.shown(node), min(kinds, default=""), *cells])
    return table


def _cell(
    column: TableColumn, values: Collection[GroundTerm], writer: Writer, material: ArticleSources
) -> str:
    """The values of a property; empty, which changes nothing, where the column would say others."""
    if column.cell is CellForm.TEXT and len(iris := list(named(values))) == len(values):
        return SEPARATOR.join(sorted(map(material.entities_named.code, iris)))
    if column not in _NAMES.values():
        return writer.values(column, values, {})
    names = sorted(value.value for value in values)
    read = {ox.Literal(part, language=LANGUAGE) for name in names for part in values_in(name)}
    return SEPARATOR.join(names) if read == set(values) else ""


def describe(rows: EntityRows, reader: Reader, material: ArticleSources) -> Descriptions:
    """Read rows that describe entities, new ones and those that sheets brought in."""
    found = Descriptions()
    seen: dict[ox.NamedNode, int] = {}
    turned: list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]] = []
    names = {folded(row.cells[NAME]) for row in rows.rows}
    for row in rows.rows:
        label = row.cells[NAME]
        column = NAME
        try:
            if row.wrong:
                column, problem = next(iter(row.wrong.items()))
                raise Wrong("sheet.cell", f"the cell {problem}")
            if not label:
                raise Wrong("sheet.cell", "the cell is empty", "each row names what it describes")
            column = CLASS
            if row.cells.get(CLASS):
                reader.require_class(row.cells[CLASS])
            column = NAME
            node = reader.entity(label)
            if (first := seen.setdefault(node, row.number)) != row.number:
                raise Wrong("sheet.twice", f"row {first} describes it, too", "make one row of both")
            said: dict[ox.NamedNode, frozenset[GroundTerm]] = {}
            for wanted in rows.columns:
                column = wanted.name
                if not (cell := row.cells[column]):
                    continue
                values = _values(wanted, cell, reader, material, is_inverse=wanted in rows.inverse)
                for value in values:
                    reader.require_known(value, names)
                if wanted not in rows.inverse:
                    said[wanted.property] = values
                for value in named(values) if wanted in rows.inverse else ():
                    _require_writable(value, {wanted.property: frozenset({node})}, reader, material)
                    turned.append((value, wanted.property, node))
                    found.rows.setdefault(value, row)
            column = NAME
            _require_writable(node, said, reader, material)
            found.said[node], found.rows[node] = said, row
        except Wrong as error:
            found.findings.append(_finding(error, f"row {row.number}, {column}", rows.name))
            found.broken[folded(label)] = row
    for node, path, value in turned:
        found.said[node] = _added(found.said.get(node, {}), path, value, material.brought_in.get(node, ()))
    return found


def _finding(error: Wrong, where: str, sheet: str) -> Finding:
    message, place = f"entities, {where}: {error}", (Place(sheet),)
    return Finding(error.rule, Severity.VIOLATION, message, places=place, hint=error.hint)


def _added(
    said: Described, path: ox.NamedNode, value: ox.NamedNode, former: Iterable[ox.Triple]
) -> Described:
    """A description with one value more, beside those that its row says, or else what was said before."""
    before = said.get(path) or frozenset(named(t.object for t in former if t.predicate == path))
    return {**said, path: before | {value}}


def _values(
    column: TableColumn, cell: str, reader: Reader, material: ArticleSources, *, is_inverse: bool
) -> frozenset[GroundTerm]:
    if cell == NONE:
        return frozenset()
    if is_inverse:
        kind = material.terms.domain(column.property)
        return frozenset(reader.entity(part, kind) for part in values_in(cell))
    if column in _NAMES.values():
        return frozenset(ox.Literal(part, language=LANGUAGE) for part in values_in(cell))
    iris = _iris(column, cell, reader, material) if column.cell is CellForm.TEXT else frozenset()
    return iris or frozenset(value for _, value in reader.read(column, cell))


def _iris(
    column: TableColumn, cell: str, reader: Reader, material: ArticleSources
) -> frozenset[ox.NamedNode]:
    """The IRIs that the cell of an annotation property has; none where it has text, which not each may."""
    parts = values_in(cell)
    iris = {part: reader.names.stated(part) for part in parts}
    if column.property in material.resource_valued:
        if wrong := next((part for part in parts if iris[part] is None), None):
            hint = "write https://example.org/page, <IRI> or a CURIE whose prefix is known"
            raise Wrong("sheet.value", f"'{wrong}' is no IRI", hint)
    elif not all(is_stated(part) and iris[part] for part in parts):
        return frozenset()
    return frozenset(iri for iri in iris.values() if iri is not None)


def _require_writable(node: ox.NamedNode, said: Described, reader: Reader, material: ArticleSources) -> None:
    """Raise `Wrong` where a row says something new of what no sheet brought in."""
    if node in reader.new or node in material.brought_in:
        return
    known = {(t.predicate, t.object) for t in (*material.entities, *material.meta) if t.subject == node}
    if any((path, value) not in known for path, values in said.items() for value in values):
        message = f"{material.entities_named.code(node)} is described elsewhere, and is changed there"
        raise Wrong("sheet.entity", message, "a row may describe what is new, or came from a sheet")


def _column(header: str, material: ArticleSources) -> TableColumn | None:
    """The column of a property, by its label, local name or CURIE."""
    if header.casefold() in _BY_HEADER:
        return _BY_HEADER[header.casefold()]
    try:
        node = material.relations.find(header)
    except (UnknownName, AmbiguousName):
        return None
    if node not in material.terms.properties:
        return None
    return TableColumn(header, (node,), form_of(node, material.terms))


def _inverse(header: str, material: ArticleSources) -> TableColumn | None:
    """The column of a property from its other end: `inverse of governs`, `has government` where one fits."""
    terms, label = material.terms, material.entities_named.label
    if header.startswith(_INVERSE):
        column = _column(header.removeprefix(_INVERSE), material)
        return column and TableColumn(header, column.properties, CellForm.NODE)
    word = f" {folded(header.removeprefix('has '))}"
    domains = {node: kind for node in terms.properties if (kind := terms.domain(node)) in terms.classes}
    fitting = [node for node, kind in domains.items() if f" {folded(label(kind))}".endswith(word)]
    is_one = len(fitting) == 1 and form_of(fitting[0], terms) is CellForm.NODE
    return TableColumn(header, (fitting[0],), CellForm.NODE) if is_one else None


def _offers(header: str, material: ArticleSources) -> str:
    labels = {material.relations.shown(node) for node in material.terms.properties}
    return nearest(header, {*labels, *_BY_HEADER})
