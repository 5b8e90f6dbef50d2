"""What the commands do beyond a line or two: showing, checking, explaining, reviewing, the demo.

Belongs here: words and tables for the person at the terminal. Does not belong here: decisions, or a second way of running a job.
"""
