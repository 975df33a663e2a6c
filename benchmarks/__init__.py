"""What is fast, and what it is measured against: `python -m benchmarks [NAME]`."""
