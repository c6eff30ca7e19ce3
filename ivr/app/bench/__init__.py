"""Benchmarks: what a caller waits for, what is understood, how many calls fit on the machine."""
