"""Turtle sources in their canonical form, comments kept."""
