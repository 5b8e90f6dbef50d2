"""Proofs that a client tells the truth about what it sent, whatever the line does to it; tests of single rules do not belong here."""
