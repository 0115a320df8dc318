"""The certificate of the pages: one of our own or the operator's; ended, unreadable, renewed. # 000-17"""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ari_app import certificates
from ari_app.certificates import CertificateState, certificate_state, ensure_certificate, kept_certificate
from ari_app.line_errors import CertificateUnusable
from ari_app.settings import Settings, WebSettings, load_settings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def settings(folder: Path, **web: object) -> Settings:
    return Settings(state_dir=folder / "state", web=WebSettings(https=True, **web))  # type: ignore[arg-type]


def brought_along(folder: Path, at: datetime = NOW) -> Settings:
    """An operator's certificate, made at that time."""
    made = ensure_certificate(settings(folder / "elsewhere"), at)
    return settings(folder, certificate=made.certificate, key=made.key)


def test_one_of_our_own_is_made_once_for_this_machine_and_for_nobody_else_to_read(tmp_path: Path) -> None:
    files = ensure_certificate(settings(tmp_path, host="192.0.2.7"), NOW)
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"localhost"} <= set(names.get_values_for_type(x509.DNSName))
    assert {"127.0.0.1", "192.0.2.7"} == set(map(str, names.get_values_for_type(x509.IPAddress)))
    assert files.key.stat().st_mode & 0o777 == 0o600
    before = files.certificate.read_bytes()
    ensure_certificate(settings(tmp_path, host="192.0.2.7"), NOW + timedelta(days=300))
    assert files.certificate.read_bytes() == before
    ensure_certificate(settings(tmp_path, host="192.0.2.8"), NOW)
    assert files.certificate.read_bytes() != before, "other names need another certificate"


def test_ours_is_renewed_before_it_ends(tmp_path: Path) -> None:
    ours = settings(tmp_path)
    assert certificate_state(ours) == CertificateState(None, None, None), "it is yet to be made"
    ensure_certificate(ours, NOW)
    later = NOW + timedelta(days=380)
    state = certificate_state(ours, later)
    assert state is not None
    assert (state.days_left, state.problem) == (17, None), "the line sees to it by itself"
    ensure_certificate(ours, later)
    renewed = certificate_state(ours, later)
    assert renewed is not None
    assert renewed.not_after == later + timedelta(days=397)


@pytest.mark.parametrize(("days", "problem"), [(300, None), (380, "put a new one"), (400, "browsers refuse")])
def test_the_operators_own_is_told_of_in_time_and_served_all_the_same(
    tmp_path: Path, days: int, problem: str | None
) -> None:
    theirs = brought_along(tmp_path)
    now = NOW + timedelta(days=days)
    assert ensure_certificate(theirs, now).certificate == theirs.web.certificate
    state = certificate_state(theirs, now)
    assert state is not None
    assert state.days_left == 397 - days
    assert state.problem is None if problem is None else problem in (state.problem or "")


def test_what_cannot_be_served_stops_the_start_and_says_why(tmp_path: Path) -> None:
    theirs, other = brought_along(tmp_path), ensure_certificate(settings(tmp_path / "other"), NOW)
    assert theirs.web.certificate is not None
    missing = replace(theirs, web=replace(theirs.web, key=tmp_path / "none"))
    strange = replace(theirs, web=replace(theirs.web, key=other.key))
    alone = replace(theirs, web=replace(theirs.web, key=None))
    for wrong, why in ((missing, "No such file"), (strange, "belong together"), (alone, "set both")):
        with pytest.raises(CertificateUnusable, match=why):
            ensure_certificate(wrong, NOW)
    theirs.web.certificate.write_text("no certificate")
    state = certificate_state(theirs, NOW)
    assert state is not None
    assert (state.not_after, state.days_left) == (None, None)
    assert str(theirs.web.certificate) in (state.problem or "")


async def test_a_new_one_is_served_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "_LOOKS_AFTER_S", 0.05)
    theirs = brought_along(tmp_path, datetime.now(UTC) - timedelta(days=1))
    files = ensure_certificate(theirs)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]

    async def served() -> str:
        return await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port))

    async with server, kept_certificate(theirs, lambda: context):
        first = await served()
        new = ensure_certificate(settings(tmp_path / "new"))
        new.key.replace(files.key)
        new.certificate.replace(files.certificate)
        async with asyncio.timeout(10):
            while await served() == first:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.05)


def test_with_https_cookies_go_by_https_alone(tmp_path: Path) -> None:
    def loaded(**variables: str) -> Settings:
        return load_settings({"HOTLINE_STATE": str(tmp_path), **variables})

    assert not loaded().tickets.secure_cookies
    assert certificate_state(loaded()) is None
    by_switch = loaded(HOTLINE_WEB__HTTPS="true")
    by_file = loaded(HOTLINE_WEB__CERTIFICATE="/a.crt", HOTLINE_WEB__KEY="/a.key")
    assert (by_switch.tickets.secure_cookies, by_file.tickets.secure_cookies) == (True, True)
    assert (loaded().web.url, by_file.web.url) == ("http://127.0.0.1:8080", "https://127.0.0.1:8080")
