"""Digest logins, and secrets that print as stars."""

from __future__ import annotations

import base64
import os
import traceback

import pytest
from urllib3 import HTTPHeaderDict, HTTPResponse

from kg.core.errors import UsageError
from kg.remote.endpoints import StoreSettings
from kg.remote.login import Digest, Login, Secret, wants_basic
from kg.stores.opening import Access
from tests.stores.material import SECRET


def refused(*challenges: str) -> HTTPResponse:
    """A response that asks for a login."""
    headers = HTTPHeaderDict()
    for challenge in challenges:
        headers.add("WWW-Authenticate", challenge)
    return HTTPResponse(b"", headers, 401)


@pytest.mark.parametrize(
    "challenges",
    [
        ['Basic realm="x", Digest realm="a, b", nonce=n1, qop="auth,auth-int", Negotiate'],
        ["Negotiate", 'Digest nonce="n1", realm="a, b"', "Basic"],
    ],
)
def test_a_server_may_offer_several_ways(challenges: list[str]) -> None:
    digest = Digest(Login('an"n', Secret(SECRET)))
    assert digest.heard(refused(*challenges)) and wants_basic(refused(*challenges))
    header = digest.answer("GET", "http://h/")["Authorization"]
    assert r'username="an\"n"' in header and 'realm="a, b"' in header and 'nonce="n1"' in header
    assert not Digest(Login()).heard(refused("Negotiate", "Basic"))


def test_a_basic_login_is_utf_8() -> None:
    header = Login("анна", Secret("пароль")).headers["Authorization"]
    assert base64.b64decode(header.removeprefix("Basic ")).decode() == "анна:пароль"


@pytest.mark.parametrize(
    ("value", "flaw"), [("a\nb", "control character"), ("p\udce4ss", "not UTF-8"), ("tökén", "beyond ASCII")]
)
def test_what_cannot_travel_is_refused_by_its_name_alone(
    value: str, flaw: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "STORE_TOKEN", value)
    with pytest.raises(UsageError, match=flaw) as caught:
        StoreSettings("prod", "http://h/", token_env="STORE_TOKEN").login()
    assert "the token for the store prod" in str(caught.value)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__)
    assert not any(part in shown for part in (value, repr(value)[1:-1]))


def test_the_line_end_of_a_file_is_no_part_of_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE_TOKEN", f"{SECRET}\r\n")
    login = StoreSettings("prod", "http://h/", token_env="STORE_TOKEN").login()
    assert login.headers == {"Authorization": f"Bearer {SECRET}"}


def test_the_example_of_rfc_7616(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    answers = {
        "MD5": "8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }
    for algorithm, expected in answers.items():
        digest = Digest(Login("Mufasa", Secret("Circle of Life")))
        assert digest.heard(refused(challenge.format(algorithm)))
        header = digest.answer("GET", "http://www.example.org/dir/index.html")["Authorization"]
        assert f'response="{expected}"' in header and "nc=00000001" in header


def test_secrets_print_as_stars() -> None:
    login = Login("ann", Secret(SECRET), Secret("t0ken/x"))
    assert SECRET not in repr(login) + str(login.password) + repr(Access(password=Secret(SECRET)))
    for form in (SECRET, "t0ken/x", "t0ken%2Fx", "YW5uOm9wZW4tc2VzYW1lLTQ3MTE="):
        assert login.scrubbed(f"it was {form}!") == "it was ***!"
