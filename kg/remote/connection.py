"""Requests to one origin: logins stay at home, time is limited, and failures are told in words."""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Mapping
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from kg.errors import StoreError
from kg.remote.body import Body
from kg.remote.limit import Limit, TooSlow
from kg.remote.login import Digest, Login

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

PASSING = frozenset({429, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FORM = "application/x-www-form-urlencoded; charset=utf-8"  # without, RDF4J reads it as Latin-1
CHUNK = 1 << 16
_BLOCK = 1 << 20  # what is read of a body at once; many small ones wait for the other thread each time
_CONNECT_WITHIN = 10.0
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
        self._digest = Digest(self.login)
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
