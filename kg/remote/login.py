"""Who asks: secrets that print as stars, and the headers that log in."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from kg.errors import StoreError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

BASIC, DIGEST = "basic", "digest"
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass(frozen=True)
class Secret:
    """A value that prints as stars."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"


@dataclass(frozen=True)
class Login:
    """Who asks: a user with a password, or a token; `scheme` is basic or digest."""

    user: str | None = None
    password: Secret | None = None
    token: Secret | None = None
    scheme: str = BASIC

    @property
    def headers(self) -> dict[str, str]:
        """The headers that log in at the first request; none for digest, which waits for a challenge."""
        from urllib3.util import make_headers

        if self.token is not None:
            return {"Authorization": f"Bearer {self.token.value}"}
        if self.user is None or self.scheme == DIGEST:
            return {}
        return {"Authorization": make_headers(basic_auth=self._pair)["authorization"]}

    def scrubbed(self, text: str) -> str:
        """The text with every secret made stars, in whatever form it travels."""
        from urllib3.util import make_headers

        for secret in (self.password, self.token):
            if secret is not None and secret.value:
                for form in (secret.value, quote(secret.value), quote(secret.value, safe="")):
                    text = text.replace(form, "***")
        if self.password is not None and self.password.value:
            text = text.replace(make_headers(basic_auth=self._pair)["authorization"][6:], "***")
        return text

    @property
    def _pair(self) -> str:
        return f"{self.user or ''}:{self.password.value if self.password else ''}"


class Digest:
    """Digest logins (RFC 7616, qop=auth), sent ahead once a server has told its nonce."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._challenge: dict[str, str] = {}
        self._count = 0

    def heard(self, response: BaseHTTPResponse) -> bool:
        """Take a challenge; False when there is none, or when the answer to the last one was wrong."""
        from urllib.request import parse_http_list, parse_keqv_list

        scheme, _, fields = response.headers.get("WWW-Authenticate", "").partition(" ")
        if scheme.lower() != DIGEST:
            return False
        former, self._challenge = self._challenge, parse_keqv_list(parse_http_list(fields))
        is_first = self._count == 0
        self._count = 0
        is_stale = self._challenge.get("stale", "").lower() == "true"
        return is_first or is_stale or former.get("nonce") != self._challenge.get("nonce")

    def answer(self, verb: str, url: str) -> dict[str, str]:
        """The header that answers the challenge for one request; none before there is a challenge."""
        if not self._challenge:
            return {}
        told = {name.lower(): value for name, value in self._challenge.items()}
        algorithm = told.get("algorithm", "MD5")
        if algorithm.upper() not in _HASHES:
            raise StoreError(f"{url} wants a digest login by {algorithm}, which is not known here")
        parts = urlsplit(url)
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        password = self._login.password.value if self._login.password else ""
        self._count += 1
        fields = {
            "username": self._login.user or "",
            "realm": told.get("realm", ""),
            "nonce": told.get("nonce", ""),
            "uri": target,
        }

        def hashed(*words: str) -> str:
            return hashlib.new(_HASHES[algorithm.upper()], ":".join(words).encode()).hexdigest()

        who, what = hashed(fields["username"], fields["realm"], password), hashed(verb, target)
        plain = f"algorithm={algorithm}"
        if "qop" in told:
            number, own = f"{self._count:08x}", secrets.token_hex(8)
            fields |= {"cnonce": own, "response": hashed(who, fields["nonce"], number, own, "auth", what)}
            plain += f", qop=auth, nc={number}"
        else:
            fields["response"] = hashed(who, fields["nonce"], what)
        if "opaque" in told:
            fields["opaque"] = told["opaque"]
        quoted = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        return {"Authorization": f"Digest {quoted}, {plain}"}
