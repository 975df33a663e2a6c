"""Requests: what they carry, and what a refusal says."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from urllib3 import HTTPResponse

from kg.errors import StoreError
from kg.remote.body import Body
from kg.remote.connection import Connection, RequestError


def test_a_date_to_come_back_at() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    response = HTTPResponse(b"busy", {"Retry-After": date}, 503, preload_content=False)
    error = Connection().refusal("http://h/", response)
    assert error.passing and 110 < error.after <= 120


def test_a_body_is_sent_as_often_as_needed() -> None:
    for zipped in (False, True):
        body = Body(zipped=zipped)
        for _ in range(100):
            body.write(b"some words\n")
        body.finished()
        for _ in range(2):
            data = body.open().read()
            assert len(data) == body.size
            assert (gzip.decompress(data) if zipped else data) == b"some words\n" * 100


def test_a_load_error_is_a_store_error() -> None:
    assert issubclass(RequestError, StoreError) and RequestError("x").exit_status == 4
