"""The version of the package, in a module that loads nothing."""

VERSION = "0.1.0"
