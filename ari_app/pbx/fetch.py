"""Fetching an Asterisk into the cache folder, as any user, without installing anything.

Debian's packages are downloaded with the machine's own apt under a private state folder, unpacked side by side into
one tree, and the binary is later started with the loader and libraries of that tree. The tree is built beside its place
and renamed into it when it has answered with its version, so that a broken-off fetch never counts; the next one goes on
with the packages that had arrived.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from ari_app.pbx.apt import PACKAGES, apt_command, prepare_apt
from ari_app.pbx.errors import AptMissing, AsteriskMissing, CacheUnwritable, DiskFull, FetchError, MirrorUnreachable
from ari_app.pbx.installation import Installation, fetched_folder, find_fetched, inspect_tree, this_architecture
from ari_app.pbx.mirror import SOURCES, find_mirror
from ari_app.processes import last_lines, start_child

NEEDED_BYTES = 600_000_000
"""Package lists, packages and the tree together, at their largest."""

Progress = Callable[[str], None]

_NEVER_READ = ("doc", "man", "locale", "info", "lintian", "bug", "perl", "perl5", "zoneinfo")
_NEVER_LOADED = ("gconv", "perl", "perl5", "perl-base")


async def fetch_asterisk(suite: str, cache_dir: Path, progress: Progress, sources: Path = SOURCES) -> Installation:
    """The Asterisk of a Debian suite, fetched unless it is there already; `progress` gets a line for each step.

    Raises FetchError. Cancelling it ends what it started; what has arrived is kept for the next time.
    """
    final = fetched_folder(suite, cache_dir)
    check_tools()
    _check_room(cache_dir)
    async with _only_one(cache_dir, progress):
        installation = find_fetched(suite, cache_dir)
        if installation is None:
            unfinished = final.with_name(final.name + ".unfinished")
            await _build(suite, unfinished, progress, sources)
            (unfinished / "tree").rename(final)
            shutil.rmtree(unfinished)
            installation = inspect_tree(final)
            progress(f"Asterisk {installation.version_text} is ready in {final}")
    return installation


async def _build(suite: str, unfinished: Path, progress: Progress, sources: Path) -> None:
    state = unfinished / "apt"
    log = unfinished / "fetch.log"
    tree = unfinished / "tree"
    prepare_apt(state, suite, find_mirror(sources))
    progress(f"reading the package lists of Debian {suite}")
    await _run_apt(state, log, "update")
    progress("downloading Asterisk (about 60 MB)")
    await _run_apt(state, log, "--yes", "--download-only", "install", *PACKAGES)
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir()
    await _unpack(sorted((state / "archives").glob("*.deb")), tree, log, progress)
    # What the package does when it is installed; without it no core prompt is found.
    sounds = tree / "usr/share/asterisk/sounds/en"
    if not sounds.exists():
        sounds.symlink_to("en_US_f_Allison")
    try:
        inspect_tree(tree)
    except AsteriskMissing as error:
        raise FetchError(f"the fetched Asterisk is unusable: {error}; delete {unfinished} and try again") from error


async def _unpack(packages: list[Path], tree: Path, log: Path, progress: Progress) -> None:
    progress(f"unpacking {len(packages)} packages")
    for package in packages:
        if await _run(["dpkg-deb", "--extract", str(package), str(tree)], log) != 0:
            package.unlink()
            raise FetchError(f"{package.name} does not unpack, try again:\n{last_lines(log, 5)}")
    libraries = tree / "usr/lib" / this_architecture().multiarch
    for folder in [*(tree / "usr/share" / name for name in _NEVER_READ), *(libraries / name for name in _NEVER_LOADED)]:
        shutil.rmtree(folder, ignore_errors=True)


async def _run_apt(state: Path, log: Path, *arguments: str) -> None:
    if await _run([*apt_command(state), *arguments], log) == 0:
        return
    end = last_lines(log, 6)
    if "No space left" in end:
        raise DiskFull(f"the disk of {state} filled up: free some room and try again")
    raise MirrorUnreachable(
        f"apt could not get Asterisk from the Debian mirror of this machine. "
        f"Check the network and the proxy and try again; it goes on where it stopped. The end of {log}:\n{end}"
    )


async def _run(command: list[str], log: Path) -> int:
    # What apt leaves behind when it is broken off is thrown away with the folder.
    child = await start_child(command, log, environment={**os.environ, "LC_ALL": "C.UTF-8", "TMPDIR": str(log.parent)})
    try:
        return await child.wait()
    finally:
        await child.stop(grace_s=2.0)


def check_tools() -> None:
    """Raises AptMissing."""
    for tool in ("apt-get", "dpkg-deb", "setpriv"):
        if shutil.which(tool) is None:
            raise AptMissing(
                f"{tool} is not on this machine, so no Asterisk can be fetched: install Asterisk 22.6 or newer yourself"
            )


def _check_room(cache_dir: Path) -> None:
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CacheUnwritable(
            f"the cache folder {cache_dir} cannot be made: {error.strerror}; choose another"
        ) from None
    if not os.access(cache_dir, os.W_OK | os.X_OK):
        raise CacheUnwritable(f"the cache folder {cache_dir} cannot be written: change its rights or choose another")
    free = shutil.disk_usage(cache_dir).free
    if free < NEEDED_BYTES:
        raise DiskFull(
            f"{free // 1_000_000} MB are free in {cache_dir}, fetching Asterisk needs {NEEDED_BYTES // 1_000_000} MB: "
            "free some room or choose another cache folder"
        )


@contextlib.asynccontextmanager
async def _only_one(cache_dir: Path, progress: Progress) -> AsyncIterator[None]:
    """Lets one process at a time fetch into this cache; the kernel lifts the lock from a killed one."""
    with (cache_dir / "fetch.lock").open("w") as lock:
        told = False
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    progress("waiting for another process that is fetching Asterisk")
                told = True
                await asyncio.sleep(0.5)
        yield
