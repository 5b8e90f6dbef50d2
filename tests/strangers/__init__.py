"""Clients that others wrote for the vendors, let loose on the emulators: they know the vendors and nothing of this house."""
