"""Turtle: reading with lines and comments, writing in one form; graphs whose nodes have no names."""
