"""Who asks: secrets that print as stars, and the headers that log in."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from kg.core.errors import StoreError, UsageError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

BASIC, DIGEST = "basic", "digest"
# `Scheme`, `name=value`, or `Scheme name=value`, up to the comma behind it.
_PART = re.compile(
    r"""(?:([\w-]+)(?=\s+[\w-]+\s*=|\s*,|\s*$)\s*)?(?:([\w-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]+))?\s*(?:,\s*|$)"""
)
_HASHES = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass(frozen=True)
class Secret:
    """A value that prints as stars."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"

    def checked(self, name: str, *, ascii_only: bool = False) -> Secret:
        """The secret itself; raises `UsageError`, which shows its name alone, for one that cannot travel."""
        if any(ord(letter) < 32 or ord(letter) == 127 for letter in self.value):
            flaw = "a control character, such as the end of a line"
        elif any("\ud800" <= letter <= "\udfff" for letter in self.value):
            flaw = "bytes that are not UTF-8"
        elif ascii_only and not self.value.isascii():
            flaw = "a letter beyond ASCII"
        else:
            return self
        raise UsageError(f"{name} holds {flaw}, which cannot travel in a header")


@dataclass(frozen=True)
class Login:
    """Who asks: a user with a password, or a token.

    `scheme` is basic, digest, or None: nothing is sent before the server says which of them it wants.
    """

    user: str | None = None
    password: Secret | None = None
    token: Secret | None = None
    scheme: str | None = BASIC

    @property
    def is_somebody(self) -> bool:
        """Whether there is anybody to log in."""
        return self.user is not None or self.token is not None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that log in at the first request; none where a challenge is waited for."""
        if self.token is not None:
            return {"Authorization": f"Bearer {self.token.value}"}
        return self.basic if self.user is not None and self.scheme == BASIC else {}

    @property
    def basic(self) -> dict[str, str]:
        """The header of a basic login, in UTF-8 (RFC 7617)."""
        return {"Authorization": f"Basic {self._pair}"}

    def scrubbed(self, text: str) -> str:
        """The text with every secret made stars, in whatever form it travels."""
        for secret in (self.password, self.token):
            if secret is not None and secret.value:
                for form in (secret.value, quote(secret.value), quote(secret.value, safe="")):
                    text = text.replace(form, "***")
        return text.replace(self._pair, "***") if self.password and self.password.value else text

    @property
    def _pair(self) -> str:
        pair = f"{self.user or ''}:{self.password.value if self.password else ''}"
        return base64.b64encode(pair.encode()).decode()


class Digest:
    """Digest logins (RFC 7616, qop=auth), sent ahead once a server has told its nonce."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._challenge: dict[str, str] = {}
        self._count = 0

    def heard(self, response: BaseHTTPResponse) -> bool:
        """Take a challenge; False when there is none, or when the answer to the last one was wrong."""
        told = _challenges(response).get(DIGEST)
        if told is None:
            return False
        former, self._challenge = self._challenge, told
        is_first = self._count == 0
        self._count = 0
        return is_first or told.get("stale", "").lower() == "true" or former.get("nonce") != told.get("nonce")

    def answer(self, verb: str, url: str) -> dict[str, str]:
        """The header that answers the challenge for one request; none before there is a challenge."""
        if not self._challenge:
            return {}
        told = self._challenge
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
        quoted = ", ".join(f'{name}="{_escaped(value)}"' for name, value in fields.items())
        return {"Authorization": f"Digest {quoted}, {plain}"}


def wants_basic(response: BaseHTTPResponse) -> bool:
    """Whether a server that refused a request would take a basic login."""
    return BASIC in _challenges(response)


def _challenges(response: BaseHTTPResponse) -> dict[str, dict[str, str]]:
    """The schemes that a server offers, in small letters, with their parameters (RFC 9110, 11.6.1)."""
    found: dict[str, dict[str, str]] = {}
    for header in response.headers.getlist("WWW-Authenticate"):
        fields: dict[str, str] = {}
        for scheme, name, value in _PART.findall(header):
            if scheme:
                fields = found.setdefault(scheme.lower(), {})
            if name:
                fields[name.lower()] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value
    return found


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
