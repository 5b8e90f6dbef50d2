"""Crashes of the real process at every step, judged by what the emulators recorded: nothing lost, nothing twice (reliability §3, §5).

Belongs here: the harness (worker, steps, scenes, judge) and the proofs that use it. Does not belong here: faults of one client on its
wire, which `tests/faults` holds, and of the database, which `tests/disasters` holds.
"""
