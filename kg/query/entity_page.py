"""Pages about entities as text for a reader and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import chain, islice
from typing import TypeVar

from kg.query.claims import ClaimView
from kg.query.explained import short_name, where
from kg.query.show import Mention, Page

MOST = 12
T = TypeVar("T")


def as_text(page: Page, *, everything: bool = False) -> Iterator[str]:
    """The lines of a page; a long section is shortened and says so, unless `everything` is asked for."""
    most = None if everything else MOST
    yield f"{page.label}  {page.name}"
    if page.kinds or page.wider_kinds:
        wider = f" ({', '.join(page.wider_kinds)})" if page.wider_kinds else ""
        yield f"  {', '.join(page.kinds)}{wider}"
    if page.names:
        yield f"  also called {', '.join(page.names)}"
    if page.definition:
        yield f"  {page.definition}"
    yield from _section("Background", page.background, most)
    yield from _section("Facts", page.facts, most)
    yield from _section("Meta", page.meta, most)
    yield from _section("Follows", page.follows, most)
    for holder, claims in islice(page.claims.items(), most):
        yield from _section(f"Claims about it, held by {holder}", claims, most, _line)
    if most is not None and len(page.claims) > most:
        left = sum(len(claims) for claims in islice(page.claims.values(), most, None))
        yield ""
        yield f"and {left} more claims about it by {len(page.claims) - most} other holders; --all shows them"
    yield from _section("Claims that it holds or reports", page.voiced, most, _line)
    yield from _section("Mentions", page.mentions, most, _mention)
    yield from _section("Links", page.links, most)


def as_json(page: Page) -> str:
    """A page as JSON, always whole."""
    claims = {holder: tuple(views) for holder, views in page.claims.items()}
    plain = asdict(replace(page, claims=claims, voiced=tuple(page.voiced), mentions=tuple(page.mentions)))
    for claim in [*plain["voiced"], *chain.from_iterable(plain["claims"].values())]:
        del claim["others"]  # a page has them beside the claim
    return json.dumps(plain, indent=2, ensure_ascii=False)


def _section(
    heading: str, items: Sequence[T], most: int | None, line: Callable[[T], str] = str
) -> Iterator[str]:
    if not items:
        return
    yield ""
    yield f"{heading} ({len(items)})"
    for item in items[:most]:
        yield f"  {line(item)}"
    if most is not None and len(items) > most:
        yield f"  and {len(items) - most} more; --all shows them"


def _line(claim: ClaimView) -> str:
    return f"{short_name(claim.iri)} {claim.gloss} ({', '.join(claim.strength)})"


def _mention(mention: Mention) -> str:
    mode = f" ({mention.mode})" if mention.mode else ""
    return f'"{mention.surface}"{mode}, {where(mention.passage)}'
