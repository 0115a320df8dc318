"""The certificate with which the pages are served by https: the operator's, or one that the line makes itself.

Either is taken anew from its files when they change, without a restart; the line's own is made anew before it ends.
"""

import asyncio
import contextlib
import ipaddress
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ari_app.line_errors import CertificateUnusable
from ari_app.racing import meanwhile
from ari_app.settings import Settings

log = structlog.get_logger(__name__)

_VALID = timedelta(days=397)
"""Browsers take no certificate for longer than 398 days."""
_RENEWED_BEFORE = timedelta(days=30)
_BACKDATED = timedelta(hours=1)
"""Clocks of browsers are a little behind."""
_LOOKS_AFTER_S = 3600.0


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class CertificateState:
    """`not_after` is aware UTC; both are None where there is none that could be read, or ours is yet to be made.
    `problem` says what an operator must do something about."""

    not_after: datetime | None
    days_left: int | None
    problem: str | None


def certificate_state(settings: Settings, now: datetime | None = None) -> CertificateState | None:
    """How it stands with the certificate of the pages; None where they are served by http."""
    if not settings.web.is_https:
        return None
    now = now or datetime.now(UTC)
    try:
        files = files_of(settings)
        if settings.web.certificate is None and not files.certificate.exists():
            return CertificateState(None, None, None)
        not_after = _read(files)
    except CertificateUnusable as error:
        return CertificateState(None, None, str(error))
    left = not_after - now
    problem = None
    if left < timedelta():
        problem = f"{files.certificate} has ended on {not_after:%Y-%m-%d}: browsers refuse the pages"
    elif left < _RENEWED_BEFORE and settings.web.certificate is not None:
        problem = f"{files.certificate} ends on {not_after:%Y-%m-%d}: put a new one in its place"
    return CertificateState(not_after, left.days, problem)


def files_of(settings: Settings) -> CertificateFiles:
    """Where they lie.

    Raises:
        CertificateUnusable: only one of the two is set.
    """
    web = settings.web
    if web.certificate is not None and web.key is not None:
        return CertificateFiles(web.certificate, web.key)
    if web.certificate is not None or web.key is not None:
        raise CertificateUnusable("web.certificate and web.key belong together: set both, or none for one of our own")
    folder = settings.certificates_dir
    return CertificateFiles(folder / "line.crt", folder / "line.key")


def ensure_certificate(settings: Settings, now: datetime | None = None) -> CertificateFiles:
    """The files to serve with; one of our own is made if there is none, or if it ends soon or is for other names.

    Raises:
        CertificateUnusable: the operator's cannot be read, do not belong together, or ours cannot be written. That one
            has ended is no reason not to serve it: it is logged, and browsers say it.
    """
    files = files_of(settings)
    now = now or datetime.now(UTC)
    if settings.web.certificate is None and not _serves(files, _names(settings.web.host), now):
        _make(files, _names(settings.web.host), now)
        log.info("a certificate of our own is made", file=str(files.certificate))
    if _read(files) < now:
        log.error("the certificate of the pages has ended: browsers refuse them", file=str(files.certificate))
    return files


@contextlib.asynccontextmanager
async def kept_certificate(settings: Settings, context: Callable[[], ssl.SSLContext | None]) -> AsyncIterator[None]:
    """Meanwhile `context` serves whatever certificate is the right one by then."""
    async with meanwhile(_keep(settings, context), "certificate"):
        yield


async def _keep(settings: Settings, context: Callable[[], ssl.SSLContext | None]) -> None:
    files = files_of(settings)
    known = _changed_at(files)
    while True:
        await asyncio.sleep(_LOOKS_AFTER_S)
        try:
            await asyncio.to_thread(ensure_certificate, settings)
        except CertificateUnusable as error:
            log.error("the pages are served with the certificate that was there before", why=str(error))
            continue
        serving, found = context(), _changed_at(files)
        if serving is not None and found != known:
            serving.load_cert_chain(files.certificate, files.key)  # connections from now on
            known = found
            log.info("a new certificate is served", file=str(files.certificate))


def _changed_at(files: CertificateFiles) -> tuple[int, int]:
    return files.certificate.stat().st_mtime_ns, files.key.stat().st_mtime_ns


def _read(files: CertificateFiles) -> datetime:
    """When it ends.

    Raises:
        CertificateUnusable: they cannot be served.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.certificate, files.key, password=_no_password)
        return x509.load_pem_x509_certificate(files.certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        raise CertificateUnusable(
            f"{files.certificate} and {files.key} cannot be served: {error} — both must be PEM files that belong "
            "together and that we may read, the key without a password (web.certificate, web.key)"
        ) from error


def _no_password() -> str:
    raise ValueError("the key has a password")


def _serves(files: CertificateFiles, names: list[x509.GeneralName], now: datetime) -> bool:
    """Whether ours is there, is for these names, and does not end soon."""
    try:
        if _read(files) - now < _RENEWED_BEFORE:
            return False
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (CertificateUnusable, x509.ExtensionNotFound):
        return False
    return list(named) == names


def _names(host: str) -> list[x509.GeneralName]:
    """What browsers on this machine and beside it may call us."""
    names: dict[str, x509.GeneralName] = {}
    for name in ("localhost", socket.gethostname(), "127.0.0.1", host):
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            names.setdefault(name, x509.DNSName(name))
        else:
            if not address.is_unspecified:
                names.setdefault(name, x509.IPAddress(address))
    return list(names.values())


def _make(files: CertificateFiles, names: list[x509.GeneralName], now: datetime) -> None:
    """
    Raises:
        CertificateUnusable: it cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    ours = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hotline on this machine")])
    builder = x509.CertificateBuilder(ours, ours, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - _BACKDATED).not_valid_after(now + _VALID)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        files.key.parent.mkdir(parents=True, exist_ok=True)
        _write(files.key, secret)
        _write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))
    except OSError as error:
        raise CertificateUnusable(f"no certificate can be made in {files.key.parent}: {error}") from error


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(f"{path.suffix}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)
