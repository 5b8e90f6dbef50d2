"""Whether the long proofs are played: `make soak` says so in the environment."""

from __future__ import annotations

import os

SOAK = "SOAK" in os.environ
