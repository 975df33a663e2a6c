"""Stretches of time: dates, intervals and sets in EDTF, and the bounds that follow from them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

import pyoxigraph as ox

from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL, XSD

_MONTH, _SEASON, _DAY = "(?:0[1-9]|1[0-2]|XX)", "2[1-4]", "(?:0[1-9]|[12][0-9]|3[01]|XX)"
_DATE = rf"[0-9X]{{4}}(?:-(?:{_SEASON}|{_MONTH}(?:-{_DAY})?))?[?~%]?"
_INTERVAL = rf"{_DATE}(?:/(?:{_DATE}|\.\.)?)?|(?:\.\.)?/{_DATE}"
_MEMBERS = rf"(?:{_DATE}(?:\.\.(?:{_DATE})?)?|\.\.{_DATE})"
_SET = rf"\[{_MEMBERS}(?:,{_MEMBERS})*\]|\{{{_MEMBERS}(?:,{_MEMBERS})*\}}"
_EDTF = re.compile(f"{_INTERVAL}|{_SET}")
_STRETCH = re.compile(rf"({_DATE})(?:/|\.\.)({_DATE})")
_END = re.compile(r"/|\.\.|,")
_MARK = "#time="
_PLAIN = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-9]{2}))?)?")


def is_edtf(text: str) -> bool:
    """Whether a text is a date, an interval or a set of dates as time extents have it; none ends early.

    >>> is_edtf("2012/2021"), is_edtf("[..2024-12-11]"), is_edtf("last year"), is_edtf("2024-02-31")
    (True, True, False, False)
    """
    if _EDTF.fullmatch(text) is None or not all(map(_is_day, _dates(text))):
        return False
    return all(_is_forward(*found) for found in _STRETCH.findall(text))


def extent(node: ox.NamedNode, edtf: str) -> Iterator[ox.Triple]:
    """What describes a stretch of time; bounds only where the date is plain."""
    yield ox.Triple(node, RDF_TYPE, SECPOL("TemporalExtent"))
    yield ox.Triple(node, RDFS_LABEL, ox.Literal(edtf, language="en"))
    yield ox.Triple(node, SECPOL("edtf"), ox.Literal(edtf))
    dates = _dates(edtf)
    if earliest := _bound(dates[0], is_end=False):
        yield ox.Triple(node, SECPOL("earliest"), earliest)
    if latest := _bound(dates[-1], is_end=True):
        yield ox.Triple(node, SECPOL("latest"), latest)


def time_iri(article: str, edtf: str) -> str:
    """The IRI of a stretch of time that an article speaks of: `ARTICLE#time=2012/2021`.

    What an IRI may not hold is percent-encoded (RFC 3986).

    >>> time_iri("https://example.org/article/drill", "[..2024-12-11]")
    'https://example.org/article/drill#time=%5B..2024-12-11%5D'
    """
    return f"{article}{_MARK}{quote(edtf, safe='/?~,')}"


def edtf_in(article: str, iri: str) -> str | None:
    """The date, interval or set that the IRI of an article's stretch of time states; None for another IRI.

    >>> edtf_in("https://example.org/article/drill", "https://example.org/article/drill#time=2012/2021")
    '2012/2021'
    """
    if not iri.startswith(article + _MARK):
        return None
    edtf = unquote(iri[len(article + _MARK) :])
    return edtf if is_edtf(edtf) and time_iri(article, edtf) == iri else None


def _dates(edtf: str) -> list[str]:
    """The dates in a text of EDTF, in its order; an end that is open or not known is empty."""
    return _END.split(edtf.strip("[]{}").replace("../", "/").replace("/..", "/"))


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


def _is_forward(first: str, last: str) -> bool:
    """Whether a stretch does not end before it begins, as far as its dates are plain."""
    earliest, latest = (
        _bound(date.rstrip("?~%"), is_end=date_is_end) for date, date_is_end in ((first, False), (last, True))
    )
    return earliest is None or latest is None or earliest.value <= latest.value


def _is_day(date: str) -> bool:
    """Whether a date without X is one of the calendar; year 0 is left to the shapes."""
    plain = _PLAIN.fullmatch(date.rstrip("?~%"))
    if plain is None or plain["day"] is None:
        return True
    return 0 < int(plain["day"]) <= calendar.monthrange(max(1, int(plain["year"])), int(plain["month"]))[1]
