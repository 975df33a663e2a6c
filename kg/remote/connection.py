"""Requests to one origin: logins stay at home, time is limited, and failures are told in words."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from kg.core.errors import StoreError
from kg.remote.body import Body
from kg.remote.limit import Limit
from kg.remote.login import Digest, Login, wants_basic

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

PASSING = frozenset({429, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FORM = "application/x-www-form-urlencoded; charset=utf-8"  # without, RDF4J reads it as Latin-1
CHUNK = 1 << 16
_TOLD = 300


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


class Connection:
    """Requests to one origin with one login; `insecure` trusts any certificate."""

    def __init__(
        self, login: Login | None = None, *, limit: Limit | None = None, insecure: bool = False
    ) -> None:
        self.login = login or Login()
        self.limit = limit or Limit(None)
        self._insecure = insecure
        self._digest = Digest(self.login)
        self._asked_for: dict[str, str] = {}
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
        logged_in = all_headers | self._logging_in(verb, url) if at_home else all_headers
        response = self._sent(verb, url, body, logged_in)
        if response.status == 401 and at_home and self.login.user and self._is_challenged(response):
            response.drain_conn()
            response = self._sent(verb, url, body, all_headers | self._logging_in(verb, url))
        return response

    def whole(self, url: str, response: BaseHTTPResponse) -> IO[bytes]:
        """The body of a response on disk, to its end; raises `RequestError` for less."""
        import zlib

        import urllib3

        file: IO[bytes] = tempfile.SpooledTemporaryFile(1 << 20)  # noqa: SIM115 - the answer is read from it
        is_packed = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
        packed = None  # urllib3 would take a part of what is packed for the whole
        try:
            # As it comes, so that a dripping answer meets the limit.
            while chunk := response.read1(CHUNK, decode_content=not is_packed):
                while is_packed and chunk:
                    packed = zlib.decompressobj(31) if packed is None or packed.eof else packed
                    file.write(packed.decompress(chunk))
                    chunk = packed.unused_data
                file.write(chunk)
                self.limit.left(url)
            if packed is not None and not packed.eof:
                raise RequestError(f"{url} broke off its answer, which is packed", passing=True)
        except (urllib3.exceptions.HTTPError, zlib.error, OSError) as error:
            if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
                raise self._silent(url) from None
            raise RequestError(f"{url} broke off its answer: {self._reason(error)}", passing=True) from None
        file.seek(0)
        return file

    def refusal(self, url: str, response: BaseHTTPResponse, where: str = "") -> RequestError:
        """The error of a status that is not good, with what the server says of it."""
        status = response.status
        said = self._said(url, response)
        if status in (401, 403) or "access token was provided" in said.lower():  # by QLever with 400 or 500
            return RequestError(
                f"{url} demands a login ({status})"
                if not self.login.is_somebody
                else f"{url} does not let {self.login.user or 'this token'} in ({status})",
                status=403 if status == 403 else 401,
                hint="name user and password_env, or token_env, of the store in kg.toml",
            )
        told = self.login.scrubbed(said or response.reason or "")  # before it is cut
        return RequestError(
            f"{where}{url} answered {status}: {' '.join(told.split())[:_TOLD]}",
            status=status,
            passing=status in PASSING,
            hint="give the URL of a dataset or repository that is there; kg makes none"
            if status == 404
            else None,
            after=_wait_for(response.headers.get("Retry-After", "")),
        )

    def redirected(self, url: str, response: BaseHTTPResponse) -> RequestError:
        """The error of a redirect, which is not followed."""
        elsewhere = self.login.scrubbed(response.headers.get("Location", "nowhere"))
        response.close()
        return RequestError(
            f"{url} redirects to {elsewhere}",
            status=response.status,
            hint="data and logins follow no redirect; give that URL if it is the store's",
        )

    @cached_property
    def _pool(self) -> PoolManager:
        from kg.remote.pool import pool

        return pool(insecure=self._insecure)

    def _logging_in(self, verb: str, url: str) -> dict[str, str]:
        """The headers that log a request in, as far as is known how."""
        return self.login.headers | self._asked_for | self._digest.answer(verb, url)

    def _is_challenged(self, response: BaseHTTPResponse) -> bool:
        """Whether a server that refused a request says how to log in, and it was not tried yet."""
        if self._digest.heard(response):
            self._asked_for = {}
            return True
        if self.login.scheme is not None or self._asked_for or not wants_basic(response):
            return False
        self._asked_for = self.login.basic
        return True

    def _sent(
        self, verb: str, url: str, body: Body | bytes | None, headers: Mapping[str, str]
    ) -> BaseHTTPResponse:
        import urllib3

        left = self.limit.left(url)
        data: Any = body.open() if isinstance(body, Body) else body
        try:
            with warnings.catch_warnings():
                if self._insecure:
                    warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)
                response = self._pool.request(
                    verb,
                    url,
                    body=data,
                    headers=dict(headers),
                    timeout=urllib3.Timeout(total=left),
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

    def _said(self, url: str, response: BaseHTTPResponse) -> str:
        """The beginning of what a server says of its error; a web page says nothing to a reader."""
        said = b""
        if "html" not in media_type(response):
            with suppress(Exception):
                while len(said) < CHUNK and (chunk := response.read1(CHUNK)):
                    said += chunk
                    self.limit.left(url)
        response.close()
        return said.decode("utf-8", "replace")

    def _silent(self, url: str) -> RequestError:
        self.limit.left(url)
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
