"""urllib3's connections, made soon or not at all, and then as patient as the request."""

from __future__ import annotations

import socket
from typing import Any

from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_CONNECT_WITHIN = 10.0
_BLOCK = 1 << 20  # what is read of a body at once; many small ones wait for the other thread each time
# A peer that vanished is found out within two minutes; one that works on a long update is waited for.
_ALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)] + [
    (socket.IPPROTO_TCP, getattr(socket, name), value)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6))
    if hasattr(socket, name)
]


class _Soon(HTTPConnection):
    """urllib3 would hold each block that is sent to the time for connecting, and break off long bodies."""

    def _new_conn(self) -> socket.socket:
        patience = self.timeout
        self.timeout = _CONNECT_WITHIN if patience is None else min(_CONNECT_WITHIN, patience)
        try:
            made = super()._new_conn()
        finally:
            self.timeout = patience
        made.settimeout(patience)
        return made


class _SoonAndSafe(_Soon, HTTPSConnection):
    pass


class _Plain(HTTPConnectionPool):
    ConnectionCls = _Soon


class _Tls(HTTPSConnectionPool):
    ConnectionCls = _SoonAndSafe


def pool(*, insecure: bool) -> PoolManager:
    """A pool of connections; `insecure` trusts any certificate."""
    trust: dict[str, Any] = {"cert_reqs": "CERT_NONE", "assert_hostname": False} if insecure else {}
    options = [*HTTPConnection.default_socket_options, *_ALIVE]
    made = PoolManager(retries=False, blocksize=_BLOCK, socket_options=options, **trust)
    made.pool_classes_by_scheme = {"http": _Plain, "https": _Tls}
    return made
