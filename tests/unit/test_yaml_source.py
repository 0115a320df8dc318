"""Files that are no YAML, or YAML that no dialplan should be: refused at once, with the place. # D8"""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialplan.hours import HoursFile
from dialplan.problems import DialplanError, Problem
from dialplan.yaml_source import MAX_BYTES, YamlSource, read_yaml, validate


def refused(file: Path) -> list[Problem]:
    with pytest.raises(DialplanError) as caught:
        read_yaml(file)
    return caught.value.problems


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "menus.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(
    ("content", "code", "place", "suggestion"),
    [
        ("a: [1, 2", "yaml", (1, 9), "check indentation"),
        ("a: 1\n\tb: 2\n", "yaml", (2, 1), "spaces, not with tabs"),
        ("a:\n\t- 1\n", "yaml", (2, 1), "spaces, not with tabs"),
        ("a: b: c\n", "yaml", (1, 5), "colon in quotes"),
        ("a: 'open\nb: 1\n", "yaml", (1, 4), "close it"),
        ("a: {b: [1, 2}\nc: 3\n", "yaml", (1, 13), ""),
        ("a: [1, 2\nb: 3\n", "yaml", (1, 4), "close it"),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", (3, 1), "join the two"),
        ("a: {b: 1, b: 2}\n", "duplicate-key", (1, 11), "join the two"),
        ("a: &x [1]\nb: *x\n", "alias", (2, 4), "write it out"),
        ("a: &x [*x]\n", "alias", (1, 8), "write it out"),
        ("a: &x {b: 1}\nc: {<<: *x}\n", "alias", (2, 9), "write it out"),
        ("a: !!python/object/apply:os.system [ls]\n", "yaml", (1, 4), ""),
        ("a: !secret x\n", "yaml", (1, 4), "without it"),
        ("? [a, b]\n: 1\n", "yaml", (1, 3), ""),
        ("a: 1\n---\nb: 2\n", "yaml", (2, 1), ""),
        ("a: \x00\n", "yaml", (1, 1), ""),
        (b"\xff\xfe\x00m", "not-utf-8", (1, 1), "save the file as UTF-8"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not-utf-8", (1, 1), "save the file as UTF-8"),
        ("a: " + "[" * 100_000, "too-deep", (1, 33), "brackets"),
        ("\n".join(" " * depth + "k:" for depth in range(500)), "too-deep", (30, 30), ""),
        (b"# " + b"x" * 10_000_000, "too-large", (1, 1), "split it"),
    ],
)
def test_what_is_refused(
    tmp_path: Path, content: str | bytes, code: str, place: tuple[int, int], suggestion: str
) -> None:
    began = time.process_time()
    (problem,) = refused(written(tmp_path, content))
    assert (problem.code, (problem.line, problem.column)) == (code, place)
    assert suggestion in problem.suggestion
    assert time.process_time() - began < 5


def test_a_few_lines_that_stand_for_gigabytes(tmp_path: Path) -> None:
    bomb = "a: &a [lol, lol, lol]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert {problem.code for problem in refused(written(tmp_path, bomb))} == {"alias"}


def test_the_largest_file_is_read_in_a_moment(tmp_path: Path) -> None:
    lines = "".join(f"  name-{number}: [some words, other words, 密码]\n" for number in range(100_000))
    file = written(tmp_path, ("a:\n" + lines).encode()[: MAX_BYTES - 500].rsplit(b"\n", 1)[0])
    began = time.process_time()
    assert len(read_yaml(file).tree["a"]) > 9000
    assert time.process_time() - began < 10


def test_both_places_of_a_key_that_stands_twice(tmp_path: Path) -> None:
    (problem,) = refused(written(tmp_path, "menus:\n  main: 1\n  other: 2\n  main: 3\n"))
    assert (problem.line, problem.column) == (4, 3)
    assert problem.message == "'main' is already in line 2, column 3"


def test_all_keys_that_stand_twice_are_found(tmp_path: Path) -> None:
    found = refused(written(tmp_path, "a: 1\na: 2\nb: {c: 1, c: 2}\na: 3\n"))
    assert [problem.line for problem in found] == [2, 3, 4]


def test_what_is_no_file(tmp_path: Path) -> None:
    file = tmp_path / "menus.yaml"
    assert "is missing" in refused(file)[0].message
    file.mkdir()
    assert (refused(file)[0].code, refused(file)[0].message) == ("unreadable", "this is no file")
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    assert refused(loop)[0].code == "unreadable"
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    assert refused(pipe)[0].message == "this is no file"  # and it is not waited for


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_rights(tmp_path: Path) -> None:
    file = written(tmp_path, "a: 1\n")
    file.chmod(0)
    assert refused(file)[0].message == "Permission denied"


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa: 1\nb: x\n", b"a: 1\r\nb: x\r\n", b"a: 1\rb: x\r"])
def test_marks_and_line_ends_of_other_systems(tmp_path: Path, content: bytes) -> None:
    source = read_yaml(written(tmp_path, content))
    assert source.tree == {"a": 1, "b": "x"}
    assert source.place(("b",)) == (2, 1)


def test_keys_are_texts_and_values_are_as_written(tmp_path: Path) -> None:
    source = read_yaml(written(tmp_path, "no: 1\n5000: 0123\n2026-12-25: [1.10, '5']\n~: 2026-02-30\n"))
    assert list(source.tree) == ["no", "5000", "2026-12-25", "~"]
    assert source.written(("5000",)) == "0123"
    assert source.written(("2026-12-25", 0)) == "1.10"
    assert source.tree["~"] == "2026-02-30"
    assert source.written(("2026-12-25",)) is None


def test_the_place_of_what_is_not_there_is_that_of_what_should_hold_it(tmp_path: Path) -> None:
    source = read_yaml(written(tmp_path, "a:\n  - {b: 1}\n  - c: 2\n"))
    assert source.place(("a", 1, "c")) == (3, 5)
    assert source.place(("a", 0, "x")) == (2, 5)
    assert source.place(("a", 7)) == (1, 1)
    assert source.place(("z",)) == (1, 1)


def test_an_empty_file_is_no_mapping(tmp_path: Path) -> None:
    source: YamlSource = read_yaml(written(tmp_path, "# nothing\n"))
    with pytest.raises(DialplanError) as caught:
        validate(source, HoursFile)
    assert {problem.code for problem in caught.value.problems} == {"structure"}


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200) | st.text(alphabet="abc:-[]{}\"'#&*!|>%@`?,~ \n\t\r0189é密\0", max_size=120).map(str.encode)
)
def test_whatever_stands_in_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = written(tmp_path_factory.getbasetemp(), content)
    problems: list[Problem] = []
    try:
        validate(read_yaml(file), HoursFile)
    except DialplanError as error:
        problems = error.problems
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in problems)
