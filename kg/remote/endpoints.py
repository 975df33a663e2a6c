"""The stores that kg.toml names: `[stores.NAME]`, with a URL, a kind, and the variables of its secrets."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from kg.core.errors import InputError, UsageError
from kg.core.terms import nearest
from kg.remote.connection import bare
from kg.remote.login import BASIC, DIGEST, Login, Secret

DIRECTORY = "directory"
PLAIN = ("sparql", "blazegraph", "stardog")
METHODS = ("form", "get", "direct")
_OTHER_URLS = ("query_url", "update_url", "graphs_url")
_TELLING = frozenset({"access-token", "access_token", "token", "password", "apikey", "api_key", "api-key"})


@dataclass(frozen=True)
class Preset:
    """What one kind of store does its own way; presets.toml says what the fields mean."""

    kind: str
    title: str
    query: str
    update: str
    replaces: str
    inline: int
    batch: int
    gzip: bool
    named: bool = False
    direct: bool = False
    scans: bool = False
    ask: str | None = None
    graphs: str | None = None
    quads: str | None = None
    transactions: str | None = None
    endings: tuple[str, ...] = ()
    login: str = BASIC
    union: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StoreSettings:
    """One store: `url` is that of the store or of its SPARQL endpoint, secrets are named by their variables.

    `default_graph` is an IRI that the store takes for the union of all graphs, where its kind does not say;
    `auth` is basic or digest, where it is not that of the kind;
    `dataset` is "manifest" to ask only the graphs that kg loaded, or "union" for all there are;
    `timeout` is for a query, in seconds; `insecure` trusts any certificate.
    """

    name: str
    url: str
    kind: str | None = None
    user: str | None = None
    password_env: str | None = None
    token_env: str | None = None
    auth: str | None = None
    method: str = "form"
    default_graph: str | None = None
    dataset: str = "manifest"
    query_url: str | None = None
    update_url: str | None = None
    graphs_url: str | None = None
    timeout: float | None = None
    insecure: bool = False

    def login(
        self,
        scheme: str | None = BASIC,
        *,
        password: Secret | None = None,
        token: Secret | None = None,
        ask: Callable[[str], Secret | None] = lambda _: None,
    ) -> Login:
        """Who asks; `ask` gives the password of a user where nothing else has it.

        Raises `UsageError` for a variable that is not set, a secret that cannot travel, and a user without
        a password.
        """
        parts = parsed(self.url)
        user = self.user or unquote(parts.username or "") or None
        in_url = Secret(unquote(parts.password)) if parts.password is not None else None
        password = password or self._secret(self.password_env) or in_url
        token = token or self._secret(self.token_env)
        if user is not None and token is None:
            password = password or ask(user)
            if password is None:
                raise UsageError(
                    f"the store {self.name} has the user {user} and no password",
                    hint="name the variable that has it: --password-env, or password_env in kg.toml",
                )
        if password is not None:
            password.checked(f"the password of {user} for the store {self.name}")
        if token is not None:
            token.checked(f"the token for the store {self.name}", ascii_only=True)
        return Login(user, password, token, scheme)

    def _secret(self, name: str | None) -> Secret | None:
        """What a variable holds, without the line end that a file of secrets may bring along."""
        if name is None:
            return None
        if name not in os.environ:
            raise UsageError(f"the store {self.name} needs the environment variable {name}, which is not set")
        return Secret(os.environ[name].removesuffix("\n").removesuffix("\r"))


@dataclass(frozen=True)
class Services:
    """The URLs of a store's services; None for one that it lacks."""

    query: str
    update: str
    ask: str
    graphs: str | None = None
    quads: str | None = None
    transactions: str | None = None


_KEYS = tuple(field.name for field in fields(StoreSettings) if field.name != "name")


@cache
def presets() -> Mapping[str, Preset]:
    """The presets by kind."""
    table = tomllib.loads(Path(__file__).with_name("presets.toml").read_text(encoding="utf-8"))
    found = {}
    for kind, values in table.items():
        values["endings"] = tuple(values.get("endings", ()))
        found[kind] = Preset(kind, **values)
    return found


def preset_of(kind: str | None) -> Preset:
    """The preset of a kind; that of any SPARQL 1.1 store for kinds that have none."""
    return presets().get(kind or "", presets()["sparql11"])


def kinds() -> tuple[str, ...]:
    """All kinds: those with a preset, a folder, and those that are known for asking only."""
    return (*presets(), DIRECTORY, *PLAIN)


def services(settings: StoreSettings) -> Services:
    """Where a store is asked and written, by its preset and what its settings say otherwise.

    Parameters of the store's URL go along with each request.

    >>> services(StoreSettings("s", "http://localhost:3030/ds/query", "fuseki")).update
    'http://localhost:3030/ds/update'
    """
    preset, base = preset_of(settings.kind), base_of(settings)
    parameters = parsed(settings.url).query

    def at(template: str | None) -> str | None:
        if template is None:
            return None
        url = template.replace("{base}", base)
        return f"{url}?{parameters}" if parameters else url

    query = settings.query_url or at(preset.query) or base
    return Services(
        query=query,
        update=settings.update_url or at(preset.update) or base,
        ask=settings.query_url or at(preset.ask) or query,
        graphs=settings.graphs_url or at(preset.graphs),
        quads=at(preset.quads),
        transactions=at(preset.transactions),
    )


def base_of(settings: StoreSettings) -> str:
    """The URL of a store without the endings of its services, without a login and parameters.

    >>> base_of(StoreSettings("s", "http://localhost:3030/data", "fuseki"))
    'http://localhost:3030/data'
    """
    preset = preset_of(settings.kind)
    url = bare(parsed(settings.url)._replace(query=""))
    templates = (preset.query, preset.update, preset.graphs, preset.quads)
    endings = {template.removeprefix("{base}") for template in templates if template} | set(preset.endings)
    if endings == {""}:
        return url
    url = url.rstrip("/")
    base = url.removesuffix(max((end for end in endings if url.endswith(end)), key=len, default=""))
    return url if preset.named and not urlsplit(base).path else base


def parsed(url: str) -> SplitResult:
    """The parts of a web address; raises `UsageError`, which shows no password, for anything else."""
    try:
        parts = urlsplit(url)
        is_readable = parts.port != 0 and "@" not in parts.path + parts.query + parts.fragment
    except ValueError:
        is_readable = False
    if not is_readable:
        raise UsageError(
            "the URL of the store cannot be read",
            hint="in a password, and behind the host, an @ is written %40, a / %2F, a ? %3F and a # %23",
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{bare(parts)} is not the URL of an endpoint; it begins with http:// or https://")
    telling = [name for name, _ in parse_qsl(parts.query) if name.lower() in _TELLING]
    if telling:
        raise UsageError(
            f"the URL of the store holds a secret as {telling[0]}",
            hint="name the variable that has it: --token-env, or token_env in kg.toml",
        )
    return parts


def folder_of(target: str) -> Path:
    """The folder that a path or a file URL names."""
    return Path(target.removeprefix("file://").removeprefix("file:")).expanduser()


def settings_of(stores: Mapping[str, StoreSettings], store: str, **given: Any) -> StoreSettings:
    """The settings of a store by name or URL, with what is given besides; raises `UsageError` for neither."""
    if "://" not in store and store not in stores:
        known = nearest(store, stores) if stores else "; kg.toml names none"
        served = f"a folder is asked when it is served: oxigraph serve --location {store}"
        hint = served if Path(store).is_dir() else None
        raise UsageError(f"there is no store {store!r}{known}", hint=hint)
    settings = stores[store] if store in stores else StoreSettings(bare(parsed(store)), store)
    if settings.kind == DIRECTORY:
        hint = f"a folder is asked when it is served: oxigraph serve --location {settings.url}"
        raise UsageError(f"the store {store} is a folder", hint=hint)
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def read_stores(path: Path, section: Mapping[str, object]) -> Mapping[str, StoreSettings]:
    """The stores of a settings file; raises `InputError` for an unknown key or a value that does not fit."""
    return {name: _store(path, name, values) for name, values in section.items()}


def _store(path: Path, name: str, values: object) -> StoreSettings:
    where = f"[stores.{name}]"
    if not isinstance(values, dict):
        raise InputError(f"a store is a section of its own; write {where}", path=path)
    for key, value in values.items():
        _check_setting(path, where, key, value)
    if "url" not in values:
        raise InputError(f'{where} has no url; add url = "https://..."', path=path)
    choices = {"kind": kinds(), "dataset": ("manifest", "union"), "auth": (BASIC, DIGEST), "method": METHODS}
    for key, known in choices.items():
        if values.get(key, known[0]) not in known:
            raise InputError(f"{key} in {where}: {values[key]!r}{nearest(values[key], known)}", path=path)
    if values.get("kind") == DIRECTORY:
        values = values | {"url": str(path.parent / folder_of(values["url"]))}
    return StoreSettings(name, **values)


def _check_setting(path: Path, where: str, key: str, value: object) -> None:
    if key in ("password", "token"):
        raise InputError(
            f"{where} holds a {key}; name an environment variable that has it: {key}_env", path=path
        )
    if key not in _KEYS:
        raise InputError(f"{key} is not a setting of {where}{nearest(key, _KEYS)}", path=path)
    if key == "timeout":
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise InputError(f"timeout in {where} is a number of seconds, not {value!r}", path=path)
    elif key == "insecure":
        if not isinstance(value, bool):
            raise InputError(f"insecure in {where} is true or false, not {value!r}", path=path)
    elif not isinstance(value, str):
        raise InputError(f"{key} in {where} is text in quotation marks, not {value!r}", path=path)
    elif key in _OTHER_URLS:
        _check_other_url(path, f"{key} in {where}", value)


def _check_other_url(path: Path, what: str, url: str) -> None:
    """Refuse an address that is none, or that holds a login, which stands in `url` or apart."""
    try:
        has_login = parsed(url).username is not None
    except UsageError as error:
        raise InputError(f"{what}: {error}", path=path) from None
    if has_login:
        raise InputError(f"{what} holds a login; name user and password_env instead", path=path)
