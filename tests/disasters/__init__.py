"""Disasters of the database and of the process: nothing is lost, nothing done twice, and whoever runs it reads what happened.

Belongs here: servers that stop, disks that are full, locks, races, signals, providers that never answer. Does not belong here: kills at
every step, which `tests/crash` holds with the stage and the judge that are used here too, and faults of one client on its wire.
"""
