"""The commands of kg article; one module each, whose `command` it is."""
