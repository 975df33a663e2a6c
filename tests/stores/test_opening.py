"""A store by its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import UsageError
from kg.project.project import Project
from kg.remote.endpoints import services
from kg.remote.limit import Limit
from kg.stores.opening import Access, find, open_store


def test_settings_say_otherwise(tmp_path: Path) -> None:
    settings = (
        '[stores.prod]\nkind = "sparql11"\nurl = "http://h/sparql"\nupdate_url = "http://h/update"\n'
        'graphs_url = "http://h/graphs"\n[stores.there]\nurl = "http://h/x"\nkind = "stardog"\n'
        '[stores.disk]\nkind = "directory"\nurl = "data/store"\n'
    )
    (tmp_path / "kg.toml").write_text(f'[project]\nname = "x"\n{settings}', encoding="utf-8")
    stores = Project.load(tmp_path).stores
    assert services(stores["prod"]).update == "http://h/update"
    assert services(stores["prod"]).graphs == "http://h/graphs"
    assert find(stores, "disk", Access()) == tmp_path / "data/store"
    with pytest.raises(UsageError, match="for asking only"):
        open_store(stores["there"], Access(), Limit(None))
    with pytest.raises(UsageError, match="did you mean fuseki"):
        find(stores, "prod", Access(kind="fusek"))
