"""A knowledge-graph RDF toolkit for security policy.

>>> from kg import KnowledgeGraph
>>> graph = KnowledgeGraph.open()
>>> for row in graph.query("who-rejected"):
...     print(graph.labels(row["body"]), "-", graph.labels(row["kind"]))
government of the United States - rejection act
Ishiba cabinet - shelving act
"""

from typing import TYPE_CHECKING, Any

from kg.core.version import VERSION as __version__

__all__ = ["Finding", "KgError", "KnowledgeGraph", "Project", "__version__"]

if TYPE_CHECKING:
    from kg.api.knowledge_graph import KnowledgeGraph
    from kg.core.errors import KgError
    from kg.core.findings import Finding
    from kg.project.project import Project

_HOMES = {
    "Finding": "kg.core.findings",
    "KgError": "kg.core.errors",
    "KnowledgeGraph": "kg.api.knowledge_graph",
    "Project": "kg.project.project",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that `kg --help` loads no RDF library."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
