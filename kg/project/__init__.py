"""A project: the folder that `kg.toml` marks, its settings, its sources and the texts of its articles."""
