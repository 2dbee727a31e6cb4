"""Faults for real, again and again, against served processes: what was tried, what survived, what was lost.

`make soak` takes its time; `tests/test_soak.py` does each trial a few times.
"""
