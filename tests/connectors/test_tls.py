from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.records import Capture

x509 = pytest.importorskip("cryptography.x509")


def self_signed(directory: Path, name: str) -> Path:
    """A certificate and its key in one PEM file, made for this test alone."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(1))
        .not_valid_after(today + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = directory / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args: object) -> None:
        """Quiet."""


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Refused handshakes are what is tested."""


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    pem = self_signed(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = QuietServer(("127.0.0.1", 0), Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"https://localhost:{server.server_port}/", pem
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_untrusted_certificate_is_named_and_not_tried_again(
    secure: tuple[str, Path], fetch: Callable[..., Capture]
) -> None:
    url, _ = secure
    capture = fetch(url, allow_private=frozenset({"localhost"}))
    assert (capture.error, capture.status) == ("tls", 0)


def test_tls_verifies_the_name_though_the_address_is_connected_to(
    secure: tuple[str, Path], fetch: Callable[..., Capture], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, pem = secure
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    both = frozenset({"localhost", "127.0.0.1"})
    assert fetch(url, allow_private=both).body == b"hello"
    other_name = url.replace("localhost", "127.0.0.1")
    assert fetch(other_name, allow_private=both).error == "tls"
