"""HTTP for every room: logins that print as stars and stay at home, time limits, and failures in words."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from kg.errors import StoreError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

BASIC, DIGEST = "basic", "digest"
PASSING = frozenset({429, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FORM = "application/x-www-form-urlencoded; charset=utf-8"  # without, RDF4J reads it as Latin-1
CHUNK = 1 << 16
_BLOCK = 1 << 20  # what is read of a body at once; many small ones wait for the other thread each time
_CONNECT_WITHIN = 10.0
_TOLD = 300
_SPOOL = 1 << 23
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


class RequestError(StoreError):
    """A request that failed. `status` is None when there was no answer, so that it may have been carried out;
    `passing` says that the same request may do better a little later, `after` in how many seconds at least.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        passing: bool = False,
        after: float = 0,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.passing = passing
        self.after = after


class TooSlow(StoreError):
    """The time that the user gave is over."""


@dataclass(frozen=True)
class Clock:
    """The time, and waiting; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Limit:
    """The seconds that are left of a time limit; without one there is no end."""

    def __init__(self, seconds: float | None, clock: Clock | None = None) -> None:
        self.seconds = seconds
        self.clock = clock or Clock()
        self._end = None if seconds is None else self.clock.now() + seconds

    def left(self, url: str) -> float | None:
        """The seconds left; raises `TooSlow` when there are none."""
        if self._end is None:
            return None
        left = self._end - self.clock.now()
        if left <= 0:
            raise TooSlow(f"{url} did not answer within {self.seconds:g} s")
        return left


class Body:
    """What a request carries: written once, in memory and then on disk, sent as often as needed."""

    def __init__(self, *, zipped: bool = False) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_SPOOL)  # noqa: SIM115 - it lives as long as the body
        self._zip = None
        if zipped:
            import zlib

            self._zip = zlib.compressobj(1, wbits=31)
        self.zipped = zipped
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add to the end."""
        self._put(data if self._zip is None else self._zip.compress(data))

    def finished(self) -> Body:
        """The same body, ready to be sent."""
        if self._zip is not None:
            self._put(self._zip.flush())
            self._zip = None
        return self

    def open(self) -> IO[bytes]:
        """The bytes from their beginning."""
        self._file.seek(0)
        return self._file

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)


class Connection:
    """Requests to one origin with one login; `read_within` is how long a server may keep silent."""

    def __init__(
        self,
        login: Login | None = None,
        *,
        limit: Limit | None = None,
        insecure: bool = False,
        read_within: float | None = None,
    ) -> None:
        self.login = login or Login()
        self.limit = limit or Limit(None)
        self._insecure = insecure
        self._read_within = read_within
        self._digest = _Digest(self.login)
        self.sent = 0

    def send(
        self, verb: str, url: str, body: Body | bytes | None = None, *, home: str = "", **headers: str
    ) -> BaseHTTPResponse:
        """The response of a server, whatever its status; its body is not read yet.

        The login goes to the origin of `home` (default: of `url`) alone. Raises `RequestError` when there is
        no response, and `TooSlow`.
        """
        all_headers = {"User-Agent": "secpol-kg", "Accept-Encoding": "gzip"}
        all_headers |= {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, Body):
            all_headers["Content-Length"] = str(body.size)
            if body.zipped:
                all_headers["Content-Encoding"] = "gzip"
        at_home = origin(url) == origin(home or url)
        if at_home:
            all_headers |= self.login.headers
            all_headers |= self._digest.answer(verb, url)
        response = self._sent(verb, url, body, all_headers)
        if response.status == 401 and at_home and self.login.user and self._digest.heard(response):
            response.drain_conn()
            response = self._sent(verb, url, body, all_headers | self._digest.answer(verb, url))
        return response

    def whole(self, url: str, response: BaseHTTPResponse) -> IO[bytes]:
        """The body of a response on disk, to its end; raises `RequestError` for less."""
        import urllib3

        file: IO[bytes] = tempfile.SpooledTemporaryFile(1 << 20)  # noqa: SIM115 - the answer is read from it
        try:
            while chunk := response.read1(CHUNK):  # as it comes, so that a dripping answer meets the limit
                file.write(chunk)
                self.limit.left(url)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
                raise self._silent(url) from None
            raise RequestError(f"{url} broke off its answer: {self._reason(error)}", passing=True) from None
        file.seek(0)
        return file

    def refusal(self, url: str, response: BaseHTTPResponse, where: str = "") -> RequestError:
        """The error of a status that is not good, with what the server says of it."""
        status = response.status
        said = _told(response)
        if status in (401, 403) or "access token was provided" in said.lower():  # by QLever with 400 or 500
            return RequestError(
                f"{url} demands a login ({status})"
                if self.login.user is None and self.login.token is None
                else f"{url} does not let {self.login.user or 'this token'} in ({status})",
                status=403 if status == 403 else 401,
                hint="name user and password_env, or token_env, of the store in kg.toml",
            )
        told = self.login.scrubbed(said or response.reason or "")  # before it is cut
        return RequestError(
            f"{where}{url} answered {status}: {' '.join(told.split())[:_TOLD]}",
            status=status,
            passing=status in PASSING,
            after=_wait_for(response.headers.get("Retry-After", "")),
        )

    @cached_property
    def _pool(self) -> PoolManager:
        import urllib3

        if self._insecure:
            warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
            return urllib3.PoolManager(
                retries=False, blocksize=_BLOCK, cert_reqs="CERT_NONE", assert_hostname=False
            )
        return urllib3.PoolManager(retries=False, blocksize=_BLOCK)

    def _sent(
        self, verb: str, url: str, body: Body | bytes | None, headers: Mapping[str, str]
    ) -> BaseHTTPResponse:
        import urllib3

        left = self.limit.left(url)
        silence = min((span for span in (left, self._read_within) if span is not None), default=None)
        data: Any = body.open() if isinstance(body, Body) else body
        try:
            response = self._pool.request(
                verb,
                url,
                body=data,
                headers=dict(headers),
                timeout=urllib3.Timeout(
                    total=left if self._read_within is None else None,
                    connect=min(_CONNECT_WITHIN, silence) if silence else _CONNECT_WITHIN,
                    read=silence,
                ),
                redirect=False,
                preload_content=False,
            )
        except (urllib3.exceptions.HTTPError, ValueError, OSError) as error:
            if _is_slow(error):
                raise self._silent(url) from None
            raise RequestError(
                f"{url} cannot be reached: {self._reason(error)}",
                passing=not _is_certificate(error),
                hint="trust it with --insecure, if it is yours" if _is_certificate(error) else None,
            ) from None
        self.sent += body.size if isinstance(body, Body) else len(body or b"")
        return response

    def _silent(self, url: str) -> StoreError:
        self.limit.left(url)
        if self._read_within is None and self.limit.seconds is not None:
            return TooSlow(f"{url} did not answer within {self.limit.seconds:g} s")
        return RequestError(f"{url} did not answer in time", passing=True)

    def _reason(self, error: BaseException) -> str:
        """What went wrong, without the objects and secrets that urllib3's messages may carry."""
        cause = error.__cause__ or error.__context__ or error
        verdict = getattr(cause, "verify_message", None)
        if verdict:
            return f"its certificate is not trusted ({verdict})"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        return self.login.scrubbed(str(cause))


class _Digest:
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


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def bare(parts: SplitResult) -> str:
    """The URL without user, password and fragment."""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def media_type(response: BaseHTTPResponse) -> str:
    """The media type of a response without its parameters."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _told(response: BaseHTTPResponse) -> str:
    """What a server says of its error; a web page says nothing to a reader."""
    if "html" in media_type(response):
        return ""
    try:
        return response.read(CHUNK).decode("utf-8", "replace")
    except Exception:
        return ""


def _wait_for(after: str) -> float:
    """The seconds that a Retry-After header asks for, as a number or a date (RFC 9110, section 10.2.3).

    >>> _wait_for("120"), _wait_for("Wed, 21 Oct 2015 07:28:00 GMT"), _wait_for("soon")
    (120.0, 0.0, 0.0)
    """
    from email.utils import mktime_tz, parsedate_tz

    if after.isdecimal():
        return float(after)
    moment = parsedate_tz(after)
    return max(0.0, mktime_tz(moment) - time.time()) if moment else 0.0


def _is_slow(error: BaseException) -> bool:
    import urllib3

    return isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(
        error, urllib3.exceptions.NewConnectionError
    )


def _is_certificate(error: BaseException) -> bool:
    import ssl

    import urllib3

    return isinstance(error, urllib3.exceptions.SSLError | ssl.SSLError)
