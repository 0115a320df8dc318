"""The packages are what setup.cfg says, and nobody else's. # 000-24"""

import importlib.metadata
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("ari_app", "ivr", "knowledge", "tickets", "dialplan")


def test_the_generic_names_are_ours_alone() -> None:
    owners = importlib.metadata.packages_distributions()
    assert {name: set(owners.get(name, ["hotline"])) for name in PACKAGES} == {name: {"hotline"} for name in PACKAGES}
    assert all(Path(__import__(name).__file__ or "").parent == ROOT / name for name in PACKAGES)


def test_dependencies_are_declared_once_and_in_order() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    wanted = setup["options"]["install_requires"].split("\n")
    names = [line.split("=")[0].split(">")[0].split("<")[0].strip() for line in wanted if line.strip()]
    assert names == sorted(names)
    assert len(names) == len(set(names))


def test_the_licence_files_are_there() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "GPL" in (ROOT / "NOTICE").read_text(encoding="utf-8")
