"""An article as one page that needs nothing else: the text with its claims marked, and a card for each."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Container, Iterator
from html import escape as escape_html
from importlib.resources import files
from itertools import pairwise

from kg.article.lines import printable
from kg.article.view import ArticleView, MarkedClaim, Paragraph
from kg.core.version import VERSION

_SLOT = re.compile(r"\{\{([a-z-]+)\}\}")
_LEGEND = """<ul class="legend" aria-label="What the marks mean">
<li><span class="key own">words</span> what the article itself claims</li>
<li><span class="key told">words</span> a view it reports</li>
<li><span class="key own told">words</span> both</li>
<li><span class="key own denied">words</span> something denied</li>
<li><span class="key bare">words</span> no claim drawn from it</li>
</ul>"""
_HINT = (
    '<p class="hint" lang="en">Click marked words to see what is claimed there. With the keyboard: Tab into '
    "the text, the arrow keys from mark to mark, Enter to open, Escape to close.</p>"
)
_WEB = re.compile(r"https?://")
_SURE = {"certain": "●●●", "probable": "●●○", "possible": "●○○"}


def html(view: ArticleView) -> str:
    """The page. Every word that comes from the project or the text is escaped, and it may load nothing.

    A content security policy names its script and its style by their digests, so that nothing else runs.
    """
    names = frozenset(f"#{claim.name}" for claim in view.claims)
    style, script = (_file(name).strip() for name in ("page.css", "page.js"))
    values = {
        "language": escape(view.language),
        "title": escape(view.title),
        "kicker": escape(" · ".join(part for part in (view.publisher, view.issued) if part)),
        "byline": _byline(view),
        "figures": "\n".join(_figures(view)),
        "count": str(len(view.claims)),
        "holders": "\n".join(_options(Counter(name for claim in view.claims for name in set(claim.holders)))),
        "certainties": "\n".join(
            _options(Counter(claim.certainty for claim in view.claims if claim.certainty))
        ),
        "notice": f'<p class="notice" lang="en">{escape(view.notice)}</p>' if view.notice else "",
        "legend": _LEGEND if view.text is not None else "",
        "hint": _HINT if view.text is not None else "",
        "paragraphs": "\n".join(_paragraph(view, paragraph) for paragraph in view.paragraphs),
        "cards": "\n".join(_card(claim, names) for claim in view.claims),
        "footer": f"Made by kg {escape(VERSION)}. {_rights(view)}",
        "style": style,
        "script": script,
        "style-digest": _digest(style),
        "script-digest": _digest(script),
    }
    return _SLOT.sub(lambda match: values[match.group(1)], _file("page.html"))


def escape(text: str) -> str:
    """Words of the project or of the text, as words in HTML."""
    return escape_html(printable(text))


def _byline(view: ArticleView) -> str:
    names = escape(", ".join(view.authors))
    if view.url and _WEB.match(view.url):
        return f'{names} · <a href="{escape(view.url)}" rel="noreferrer">to the article</a>'
    return names


def _rights(view: ArticleView) -> str:
    if view.text is None:
        return "The words of the article are not in this page."
    return "The words of the article are in this page; they belong to whoever published them."


def _figures(view: ArticleView) -> Iterator[str]:
    found = view.coverage
    yield _figure("claims", str(found.claims))
    yield _figure("holders", str(found.holders))
    yield _figure("passages", str(found.passages))
    if found.sentences and found.characters:
        share = 100 * (found.covered_characters or 0) // found.characters
        yield _figure(
            "sentences with a claim", f"{found.covered_sentences} <small>of {found.sentences}</small>"
        )
        meter = f'<progress class="meter" max="100" value="{share}" aria-hidden="true"></progress>'
        yield _figure(f"of the characters{meter}", f"{share} %")
    else:
        yield _figure("paragraphs with a claim", str(found.covered_paragraphs))


def _figure(name: str, value: str) -> str:
    return f"<div><dt>{name}</dt><dd>{value}</dd></div>"


def _options(counts: Counter[str]) -> Iterator[str]:
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f'<option value="{escape(name)}">{escape(name)} ({count})</option>'


def _paragraph(view: ArticleView, paragraph: Paragraph) -> str:
    claims = view.claims_in(paragraph)
    count = f'<b title="claims that begin here">{len(claims)}</b>' if claims else ""
    number = f'<span class="no" lang="en"><span title="paragraph">{paragraph.number}</span>{count}</span>'
    first = " first" if view.text is not None and paragraph.number == 0 else ""
    if paragraph.span is None:
        items = "".join(
            f'<li><a href="#{escape(claim.name)}">{escape(claim.gloss)}</a></li>' for claim in claims
        )
        body = f'<div class="gap" lang="en"><ul>{items}</ul></div>'
    else:
        body = f'<p dir="auto">{"".join(_segments(view, paragraph))}</p>'
    return f'<div class="para{first}">{number}{body}{_names(view, paragraph)}</div>'


def _segments(view: ArticleView, paragraph: Paragraph) -> Iterator[str]:
    """The words of a paragraph, parted wherever a claim's range begins or ends."""
    text, span = view.text or "", paragraph.span or (0, 0)
    start, end = span
    claims = [
        (claim, part) for claim in view.claims for part in claim.spans if part[0] < end and part[1] > start
    ]
    bare = [sentence for sentence, told in view.sentences(paragraph) if not told]
    edges = {start, end}
    for part in [part for _, part in claims] + bare:
        edges.update(at for at in part if start < at < end)
    ordered = sorted(edges)
    for first, last in pairwise(ordered):
        words = escape(text[first:last])
        here = [claim for claim, (a, b) in claims if a <= first and b >= last]
        if here:
            yield _segment(words, list(dict.fromkeys(here)))
        elif any(a <= first and b >= last for a, b in bare):
            yield f'<span class="bare">{words}</span>'
        else:
            yield words


def _segment(words: str, claims: list[MarkedClaim]) -> str:
    kinds = ["seg"]
    kinds += ["own"] if any(claim.is_own for claim in claims) else []
    kinds += ["told"] if not all(claim.is_own for claim in claims) else []
    kinds += ["denied"] if any(claim.polarity == "denied" for claim in claims) else []
    kinds += [f"d{min(len(claims), 4)}"] if len(claims) > 1 else []
    names = " ".join(escape(claim.name) for claim in claims)
    title = escape(f"{len(claims)} claim{'' if len(claims) == 1 else 's'}: {claims[0].gloss}")
    return (
        f'<a class="{" ".join(kinds)}" href="#{escape(claims[0].name)}" data-claims="{names}" '
        f'title="{title}">{words}</a>'
    )


def _names(view: ArticleView, paragraph: Paragraph) -> str:
    """The names in a paragraph and what they stand for, folded away."""
    if paragraph.span is None:
        return ""
    start, end = paragraph.span
    here = [mention for mention in view.mentions if start <= mention.span[0] < end]
    if not here:
        return ""
    items = "".join(
        f"<li><i>{escape(mention.surface)}</i> {escape(f'{mention.entity}, {mention.mode}')}</li>"
        for mention in here
    )
    noun = "name" if len(here) == 1 else "names"
    return f'<details class="names" lang="en"><summary>{len(here)} {noun}</summary><ul>{items}</ul></details>'


def _card(claim: MarkedClaim, names: Container[str]) -> str:
    """The card of a claim; the short forms in `names` are those of claims that have one."""
    subject, predicate, value = (
        f"<{tag}>{_linked(part, names)}</{tag}>" for tag, part in zip("bib", claim.relation, strict=True)
    )
    name, kind = escape(claim.name), escape(claim.kind)
    rows = "".join(f"<dt>{term}</dt><dd>{value}</dd>" for term, value in _rows(claim, names))
    status = (
        f'<span class="as {"fact" if claim.status == "fact" else "view"}">{escape(claim.status or "")}</span>'
    )
    arrow = '<span class="arrow" aria-hidden="true">→</span>'
    return (
        f'<li class="card{" by-own" if claim.is_own else ""}" id="{name}" data-claim="{name}" '
        f'data-holders="{_list(claim.holders)}" '
        f'data-certainty="{escape(claim.certainty or "")}">'
        f'<div class="id"><a href="#{name}">{name}</a> {kind}{status if claim.status else ""}</div>'
        f'<p class="gloss">{escape(claim.gloss)}</p>'
        f'<p class="relation">{subject} {arrow} {predicate} {arrow} {value}</p>'
        f"<dl>{rows}</dl></li>"
    )


def _list(names: tuple[str, ...]) -> str:
    """Names in an attribute, a line each, as the page's script parts them."""
    return "&#10;".join(map(escape, names))


def _linked(text: str, names: Container[str]) -> str:
    """Words, or a link where they are the short form of a claim with a card."""
    if text in names:
        return f'<a href="{escape(text)}">{escape(text[1:])}</a>'
    return escape(text)


def _rows(claim: MarkedClaim, names: Container[str]) -> Iterator[tuple[str, str]]:
    """What a card says of a claim, term by term."""
    yield "held by", escape(", ".join(claim.holders))
    if claim.reporters:
        stance = f" ({escape(claim.stance)})" if claim.stance else ""
        yield "reported by", f"{escape(', '.join(claim.reporters))}{stance}"
    if claim.certainty:
        dots = f'<span class="sure" aria-hidden="true">{_SURE.get(claim.certainty, "○○○")}</span>'
        yield "certainty", f"{dots}{escape(claim.certainty)}"
    if claim.polarity:
        kind = ' class="is-denied"' if claim.polarity == "denied" else ""
        yield "polarity", f"<span{kind}>{escape(claim.polarity)}</span>"
    if claim.hedges:
        yield "hedged by", escape(", ".join(claim.hedges))
    if claim.contradicts:
        yield "contradicts", ", ".join(_linked(name, names) for name in claim.contradicts)
    if claim.spans:
        yield "where", escape(", ".join(f"{start}-{end}" for start, end in claim.spans))


def _file(name: str) -> str:
    return files("kg.article").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
