"""How much this machine carries: `python -m tests.bench`, or `make bench`.

Other work on the machine moves every figure, so each ratio compares slices that alternate on one server.
"""
