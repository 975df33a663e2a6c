"""What a load will do, graph by graph."""

from __future__ import annotations

from kg.stores.plan import Action, plan
from kg.stores.source import StoredGraph


def graph(name: str, mark: str = "1") -> StoredGraph:
    return StoredGraph(name, 1, mark)


def test_a_plan_says_for_each_graph_what_happens() -> None:
    graphs = {name: graph(name) for name in "abcd"}
    known = {"a": graph("a"), "b": graph("b", "2"), "e": graph("e")}
    made = plan(graphs, known, {"c"})
    assert "".join(f"{step.graph.iri}:{step.action.value} " for step in made.steps) == (
        "a:leave b:replace c:replace d:add e:orphan "
    )
    assert str(made) == "5 graphs: 1 to add, 2 to replace, 1 unchanged, 1 no longer in the graph"
    assert made.to_send == 3
    assert plan(graphs, known, {"c"}, prune=True).of(Action.REMOVE)[0].graph.iri == "e"
    assert len(plan(graphs, known, {"c"}, force=True).of(Action.REPLACE)) == 3
