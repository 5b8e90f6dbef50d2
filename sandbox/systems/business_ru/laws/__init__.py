"""What follows from a write, and what forbids it: stock, totals, reservations that follow orders, linked payments.

Reading parameters and checking their form belongs to `writing.py`.
"""
