"""TLS from two files: the certificate with its chain, and its key."""

from __future__ import annotations

import ssl
from pathlib import Path

from server.errors import CertificateError


def tls_context(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """Return what a server speaks TLS with, or None where neither file is given.

    Raises:
        CertificateError: one of the files is missing, unreadable, no PEM, or they do not belong together.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise CertificateError("TLS takes two files: --tls-cert with the certificate and --tls-key with its key")
    for path in (certificate, key):
        _require_readable(path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password="")  # an encrypted key fails; nobody is there to be asked
    except ssl.SSLError as error:
        raise CertificateError(
            f"{key} is not the key of {certificate}"
            if error.reason == "KEY_VALUES_MISMATCH"
            else f"{certificate} and {key} are not a certificate and its unencrypted key in PEM format"
        ) from error
    return context


def _require_readable(path: Path) -> None:
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise CertificateError(f"{path} cannot be read ({error.strerror or error})") from error
