"""Stretches of time: dates in EDTF, and the bounds that follow from them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

import pyoxigraph as ox

from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL, XSD

_MONTH, _SEASON, _DAY = "(?:0[1-9]|1[0-2]|XX)", "2[1-4]", "(?:0[1-9]|[12][0-9]|3[01]|XX)"
_DATE = rf"[0-9X]{{4}}(?:-(?:{_SEASON}|{_MONTH}(?:-{_DAY})?))?[?~%]?"
_EDTF = re.compile(rf"(?=.*[0-9X]{{4}})(?P<first>{_DATE}|\.\.)(?:/(?P<second>{_DATE}|\.\.)?)?")
_MARK = "#time="
_PLAIN = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-9]{2}))?)?")


def is_edtf(text: str) -> bool:
    """Whether a text is a date or an interval as time extents have it.

    >>> is_edtf("2012/2021"), is_edtf("../2024-12-11"), is_edtf("last year"), is_edtf("2024-02-31")
    (True, True, False, False)
    """
    found = _EDTF.fullmatch(text)
    return found is not None and all(_is_day(part) for part in (found["first"], found["second"]) if part)


def extent(node: ox.NamedNode, edtf: str) -> Iterator[ox.Triple]:
    """What describes a stretch of time; bounds only where the date is plain."""
    yield ox.Triple(node, RDF_TYPE, SECPOL("TemporalExtent"))
    yield ox.Triple(node, RDFS_LABEL, ox.Literal(edtf, language="en"))
    yield ox.Triple(node, SECPOL("edtf"), ox.Literal(edtf))
    first, mark, second = edtf.partition("/")
    if earliest := _bound(first, is_end=False):
        yield ox.Triple(node, SECPOL("earliest"), earliest)
    if latest := _bound(second if mark else first, is_end=True):
        yield ox.Triple(node, SECPOL("latest"), latest)


def time_iri(article: str, edtf: str) -> str:
    """The IRI of a stretch of time that an article speaks of: `ARTICLE#time=2012/2021`."""
    return f"{article}{_MARK}{edtf.replace('%', '%25')}"


def edtf_in(article: str, iri: str) -> str | None:
    """The date or interval that the IRI of an article's stretch of time states; None for another IRI.

    >>> edtf_in("https://example.org/article/drill", "https://example.org/article/drill#time=2012/2021")
    '2012/2021'
    """
    if not iri.startswith(article + _MARK):
        return None
    edtf = iri[len(article + _MARK) :].replace("%25", "%")
    return edtf if is_edtf(edtf) and time_iri(article, edtf) == iri else None


def _bound(date: str, *, is_end: bool) -> ox.Literal | None:
    plain = _PLAIN.fullmatch(date)
    if plain is None:
        return None
    year = int(plain["year"])
    month = int(plain["month"] or (12 if is_end else 1))
    last = calendar.monthrange(year, month)[1] if year > 0 else 28
    day = int(plain["day"] or (last if is_end else 1))
    time = "23:59:59Z" if is_end else "00:00:00Z"
    return ox.Literal(f"{plain['year']}-{month:02}-{day:02}T{time}", datatype=XSD("dateTime"))


def _is_day(date: str) -> bool:
    """Whether a date without X is one of the calendar; year 0 is left to the shapes."""
    plain = _PLAIN.fullmatch(date.rstrip("?~%"))
    if plain is None or plain["day"] is None:
        return True
    return 0 < int(plain["day"]) <= calendar.monthrange(max(1, int(plain["year"])), int(plain["month"]))[1]
