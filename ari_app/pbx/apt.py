"""A private apt: its own lists, its own idea of what is installed, its own downloads; nothing of the machine's."""

from pathlib import Path

from ari_app.pbx.installation import this_architecture

PACKAGES = (
    "asterisk",
    "asterisk-modules",
    "asterisk-config",
    "asterisk-core-sounds-en",
    "asterisk-moh-opsound-gsm",
)

_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

# Asterisk's packages depend on these, but Asterisk runs without them: half of the download. apt is told they are there.
_LEFT_OUT = (
    "adduser",
    "base-passwd",
    "debconf",
    "dirmngr",
    "gnupg",
    "gpg",
    "gpgsm",
    "libasound2-data",
    "libperl5.42",
    "libsnmp-base",
    "passwd",
    "pci.ids",
    "perl",
    "perl-base",
    "perl-modules-5.42",
    "pinentry-curses",
    "tzdata",
)


def prepare_apt(state: Path, suite: str, mirror: str) -> None:
    """Makes or renews the private state in the folder `state`; what was downloaded into it before stays."""
    for folder in ("lists/partial", "archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").write_text("".join(_as_installed(package) for package in _LEFT_OUT))
    signed_by = f" signed-by={_KEYS}" if _KEYS.exists() else ""
    architecture = this_architecture().debian
    (state / "sources.list").write_text(f"deb [arch={architecture}{signed_by}] {mirror} {suite} main\n")
    (state / "apt.conf").write_text(_configuration(state, architecture))


def apt_command(state: Path) -> tuple[str, ...]:
    return ("apt-get", "--quiet=2", "--config-file", str(state / "apt.conf"))


def _configuration(state: Path, architecture: str) -> str:
    # Read after the machine's own configuration, of which it keeps what leads to the network, as a proxy.
    return f"""
Dir::Etc::sourcelist "{state}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{state}";
Dir::State::lists "{state}/lists";
Dir::State::status "{state}/status";
Dir::State::extended_states "{state}/extended_states";
Dir::Cache "{state}";
Dir::Cache::archives "{state}/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Log "{state}";
APT::Architecture "{architecture}";
#clear APT::Architectures;
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Keep-Downloaded-Packages "true";
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
// The Release file of a suite that is not released yet may be past its date.
Acquire::Check-Valid-Until "false";
#clear Acquire::IndexTargets::deb::Contents-deb;
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
Debug::NoLocking "true";
"""


def _as_installed(package: str) -> str:
    return f"""Package: {package}
Status: install ok installed
Priority: optional
Section: misc
Maintainer: nobody
Architecture: {this_architecture().debian}
Multi-Arch: foreign
Version: 99999
Description: left out

"""
