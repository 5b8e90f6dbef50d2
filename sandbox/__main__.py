"""The command line of the sandbox: `python -m sandbox serve`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Sequence

from sandbox.kit import SandboxError
from sandbox.serve import start


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; print one JSON line when ready. Return 2 for a wrong wish."""
    wish = _parser().parse_args(argv)
    leave = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave.set())
    try:
        sandbox = start(wish.company, wish.config, wish.port, wish.load, wish.limits)
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    with sandbox:
        sys.stdout.write(json.dumps(sandbox.ready, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        leave.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="Emulators of the outside systems, on loopback.")
    serve = parser.add_subparsers(dest="command", required=True).add_parser("serve", help="serve until interrupted")
    serve.add_argument(
        "--company", action="append", default=[], help="a company of --config; may be given repeatedly; all by default"
    )
    serve.add_argument(
        "--config", default=os.environ.get("SVERKA_COMPANIES", "config/companies"), help="the folder of company files"
    )
    serve.add_argument(
        "--port", type=int, default=0, help="of the control server, the others follow; 0 takes free ones"
    )
    serve.add_argument("--load", help="data to load instead of the company's own small world")
    serve.add_argument(
        "--limits", choices=("vendor", "off"), default="vendor", help="whether the vendors' rate limits hold"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
