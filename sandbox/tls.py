"""A certificate authority for one run of the sandbox: HTTPS on loopback, verified by clients through a CA file."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Authority:
    """Issue the certificate that all HTTPS doors show; clients trust it through `ca_file`."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.ca_file = folder / "sandbox-ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(self.context)
