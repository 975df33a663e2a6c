"""Digest logins, and secrets that print as stars."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from kg.remote.login import Digest, Login, Secret
from kg.stores.opening import Access
from tests.stores.material import SECRET


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
        digest.heard(SimpleNamespace(headers={"WWW-Authenticate": challenge.format(algorithm)}))  # type: ignore[arg-type]
        header = digest.answer("GET", "http://www.example.org/dir/index.html")["Authorization"]
        assert f'response="{expected}"' in header and "nc=00000001" in header


def test_secrets_print_as_stars() -> None:
    login = Login("ann", Secret(SECRET), Secret("t0ken/x"))
    assert SECRET not in repr(login) + str(login.password) + repr(Access(password=Secret(SECRET)))
    for form in (SECRET, "t0ken/x", "t0ken%2Fx", "YW5uOm9wZW4tc2VzYW1lLTQ3MTE="):
        assert login.scrubbed(f"it was {form}!") == "it was ***!"
