"""TLS from files, and what is said about files that are of no use."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.errors import CertificateError
from server.tls import tls_context
from tests.server.certificates import make_certificate


def test_a_certificate_and_its_key_are_taken(tmp_path: Path) -> None:
    assert tls_context(*make_certificate(tmp_path)) is not None


def test_without_files_there_is_no_tls() -> None:
    assert tls_context(None, None) is None


def test_one_file_without_the_other_is_no_use(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    for pair in ((certificate, None), (None, key)):
        with pytest.raises(CertificateError, match=r"--tls-cert.*--tls-key"):
            tls_context(*pair)


def test_a_key_of_another_certificate_is_named(tmp_path: Path) -> None:
    certificate, _ = make_certificate(tmp_path)
    _, other = make_certificate(tmp_path, "other")
    with pytest.raises(CertificateError, match=r"other\.key is not the key of"):
        tls_context(certificate, other)


@pytest.mark.parametrize("damaged", [0, 1])
def test_what_is_no_pem_is_named(tmp_path: Path, damaged: int) -> None:
    pair = make_certificate(tmp_path)
    pair[damaged].write_text("nonsense")
    with pytest.raises(CertificateError, match="PEM"):
        tls_context(*pair)


def test_an_encrypted_key_is_refused_and_nobody_is_asked_for_a_password(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path, password=b"secret")
    with pytest.raises(CertificateError, match="unencrypted"):
        tls_context(certificate, key)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    certificate, _ = make_certificate(tmp_path)
    with pytest.raises(CertificateError, match=r"nowhere\.key"):
        tls_context(certificate, tmp_path / "nowhere.key")
