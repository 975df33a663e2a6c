"""What no room owns: errors, findings, names and prefixes, labels, passages, files."""
