"""For a server of a test's own (tests/warm.py: BEFORE): it never looks by itself for papers that another process was
asked for."""

from datetime import timedelta

from ticketing.printing import printers, trays

printers.LOOK_S = 1e6
printers.TAKEN_UP_AFTER = trays.TAKEN_UP_AFTER = timedelta(days=1)
