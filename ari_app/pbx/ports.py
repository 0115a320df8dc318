"""Whether the ports of a configuration are free, and who has them if not."""

import errno
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

from ari_app.pbx.errors import ConfigurationRejected, PbxError, PortInUse
from ari_app.pbx.settings import PbxSettings


def check_ports(settings: PbxSettings) -> None:
    """Raises PortInUse, naming port, setting and holder, or ConfigurationRejected for what can never be bound."""
    check_port(settings.bind, settings.sip_port, socket.SOCK_DGRAM, "pbx.sip_port")
    check_port(settings.control_bind, settings.http_port, socket.SOCK_STREAM, "pbx.http_port")
    check_port(settings.control_bind, settings.ami_port, socket.SOCK_STREAM, "pbx.ami_port")
    check_port("127.0.0.1", settings.agi_port, socket.SOCK_STREAM, "pbx.agi_port")


def check_port(address: str, port: int, kind: socket.SocketKind, setting: str) -> None:
    """Raises as `check_ports`. `setting` is the name under which an operator can change the port."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # As servers do: connections of an earlier run that linger do not keep anybody from listening.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except (OSError, OverflowError) as error:
            raise _explain(error, address, port, kind, setting) from None


def _explain(
    error: OSError | OverflowError, address: str, port: int, kind: socket.SocketKind, setting: str
) -> PbxError:
    protocol = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        holder = _holder(port, kind)
        by = f" by {holder}" if holder else ""
        return PortInUse(
            f"{protocol} port {port} on {address} ({setting}) is in use{by}: "
            f"stop what uses it, or set {setting} to a free port"
        )
    reason = error.strerror if isinstance(error, OSError) else "ports go from 1 to 65535"
    return ConfigurationRejected(f"{protocol} port {port} on {address} ({setting}) cannot be opened: {reason}")


def _holder(port: int, kind: socket.SocketKind) -> str:
    """Name and number of the process that has the port, as far as the kernel tells us."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port, kind)}
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(descriptor.readlink()) in sockets:
                process = descriptor.parent.parent
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
        except OSError:
            continue  # ended meanwhile, or another user's
    return ""


def _inodes(port: int, kind: socket.SocketKind) -> list[str]:
    table = Path("/proc/net/udp" if kind is socket.SOCK_DGRAM else "/proc/net/tcp")
    rows = [line.split() for line in table.read_text().splitlines()[1:]]
    listening = "0A"
    return [
        row[9]
        for row in rows
        if int(row[1].rpartition(":")[2], 16) == port and (kind is socket.SOCK_DGRAM or row[3] == listening)
    ]


def free_ports(count: int) -> tuple[int, ...]:
    """So many ports of loopback that nobody has now, neither for UDP nor for TCP."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            stream = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
            datagram = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            stream.bind(("127.0.0.1", 0))
            port = stream.getsockname()[1]
            with suppress(OSError):
                datagram.bind(("127.0.0.1", port))
                found.append(port)
    return tuple(found)
