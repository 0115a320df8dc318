"""Reading the directory's CSV file: what is right is taken, what is wrong is told with its place and remedy."""

from pathlib import Path

import pytest

from tickets.people import Entry
from tickets.people_cells import Known
from tickets.people_file import PeopleFile, PeopleFileError, Problem, read_people

HEADER = "employee_number,name,department,site,language,labels,mobile,email,numbers"
ANNA = '10442,Anna Berg,sales,berlin,en,"vip;works-council",+49 151 12345678,anna@example.com,"1044;030 901820"'
BEN = "10443,Ben Adler,,,,,,,"
KNOWN = Known(
    {"department": frozenset({"sales", "it"}), "site": frozenset({"berlin"}), "language": frozenset({"en", "zh"})}
)
THE_ANNA = Entry(
    employee_number="10442",
    name="Anna Berg",
    department="sales",
    site="berlin",
    language="en",
    labels=frozenset({"vip", "works-council"}),
    mobile="+4915112345678",
    email="anna@example.com",
    numbers=frozenset({"1044", "+4930901820"}),
)
THE_BEN = Entry(employee_number="10443", name="Ben Adler")


def read(*lines: str, known: Known = KNOWN) -> PeopleFile:
    return read_people("\n".join(lines).encode(), "DE", known)


def unreadable(raw: bytes) -> tuple[Problem, ...]:
    with pytest.raises(PeopleFileError) as refused:
        read_people(raw, "DE", KNOWN)
    return refused.value.problems


def test_a_good_file() -> None:
    assert read(HEADER, ANNA, BEN) == PeopleFile((THE_ANNA, THE_BEN), ())


@pytest.mark.parametrize(
    "raw",
    [
        f"{HEADER}\n{ANNA}\n{BEN}".encode("utf-8-sig"),
        f"\r\n{HEADER}\r\n{ANNA}\r\n\r\n{BEN}\r\n,,,,,,,,\r\n".encode(),
        f"{HEADER}\r{ANNA}\r{BEN}\r".encode(),
        f"{HEADER.upper().replace('_', ' ').replace(',', ', ')}\n{ANNA.replace(',', ', ')}\n{BEN}".encode(),
        (f"{HEADER}\n{ANNA}\n{BEN}").replace(",", ";").replace('"1044;030', '"1044;030').encode(),
    ],
    ids=["BOM", "CRLF and blank rows", "CR", "capitals and blanks", "semicolons"],
)
def test_files_as_programs_write_them(raw: bytes) -> None:
    assert read_people(raw, "DE", KNOWN) == PeopleFile((THE_ANNA, THE_BEN), ())


def test_columns_come_in_any_order() -> None:
    header = "name,numbers,employee_number,site,department,email,labels,language,mobile"
    assert read(header, "Ben Adler,,10443,,,,,,").entries == (THE_BEN,)


@pytest.mark.parametrize(
    ("row", "column", "what", "remedy"),
    [
        (",Anna,,,,,,,", "employee_number", "empty", "digits only"),
        ("E10442,Anna,,,,,,,", "employee_number", "'E10442'", "digits only"),
        ("1.0442E+4,Anna,,,,,,,", "employee_number", "spreadsheet", "as text"),
        ("1" * 21 + ",Anna,,,,,,,", "employee_number", "longer than 20", "shorten"),
        ("１０４４２,Anna,,,,,,,", "employee_number", "no employee number", "digits only"),
        ("10442,,,,,,,,", "name", "empty", "by name"),
        ("10442,12,,,,,,,", "name", "'12' is no name", "by name"),
        ("10442,An\x07na,,,,,,,", "name", "cannot be seen", "anew"),
        ("10442," + "n" * 121 + ",,,,,,,", "name", "longer than 120", "shorten"),
        ("10442,Anna,Zürich,,,,,,", "department", "'Zürich'", "a to z"),
        ("10442,Anna,,-x,,,,,", "site", "'-x'", "a to z"),
        ("10442,Anna,,,english,,,,", "language", "'english'", "two letters"),
        ("10442,Anna,,,,v.i.p.,,,", "labels", "'v.i.p.'", "a to z"),
        ("10442,Anna,,,,,1044,,", "mobile", "'1044'", "country code"),
        ("10442,Anna,,,,,4.91512E+12,,", "mobile", "spreadsheet", "as text"),
        ("10442,Anna,,,,,+49,,", "mobile", "'+49'", "country code"),
        ("10442,Anna,,,,,,anna,", "email", "'anna'", "one address"),
        ("10442,Anna,,,,,,a@b.de b@b.de,", "email", "no e-mail", "one address"),
        ("10442,Anna,,,,,,,tomorrow", "numbers", "'tomorrow'", "extension"),
        ('10442,Anna,,,,,,,"1044, 1045"', "numbers", "'1044, 1045'", "`;` between"),
        ("10442,Anna,,,,,,", "", "8 cells, the header has 9", "quote"),
        ("10442,Berg, Anna,,,,,,,", "", "10 cells", "quote"),
    ],
)
def test_a_bad_row_is_told_and_left_out(row: str, column: str, what: str, remedy: str) -> None:
    found = read(HEADER, BEN, row, ANNA.replace("10442", "10450"))
    assert [entry.employee_number for entry in found.entries] == ["10443", "10450"]
    (problem,) = found.problems
    assert (problem.line, problem.column, problem.severity) == (3, column, "error")
    assert what in problem.what
    assert remedy in problem.remedy
    assert not found.is_complete


def test_every_bad_cell_of_a_row_is_told() -> None:
    found = read(HEADER, "x,,,,deutsch,,,,y")
    assert [problem.column for problem in found.problems] == ["employee_number", "name", "language", "numbers"]


def test_an_employee_number_is_given_once() -> None:
    found = read(HEADER, BEN, ANNA, BEN.replace("Ben", "Bernd"))
    assert found.entries == (THE_BEN, THE_ANNA)
    assert [(problem.line, problem.what) for problem in found.problems] == [(4, "10443 is in line 2 already")]


def test_lines_are_counted_through_cells_of_several_lines() -> None:
    found = read(HEADER, '10442,"Anna', 'Berg",,,,,,,', "x,Ben,,,,,,,")
    assert [(problem.line, problem.column) for problem in found.problems] == [(2, "name"), (4, "employee_number")]


def test_names_are_written_as_the_dialplan_does() -> None:
    (entry,) = read(HEADER, "1,Anna,Human Resources,Berlin_Mitte,EN,VIP; Works Council,,,", known=Known({})).entries
    assert (entry.department, entry.site, entry.language) == ("human-resources", "berlin-mitte", "en")
    assert entry.labels == {"vip", "works-council"}


def test_names_that_the_dialplan_does_not_know_are_told_once() -> None:
    rows = [f"{number},Anna,,berln,fr,,,," for number in range(100, 140)]
    found = read(HEADER, BEN, *rows)
    assert len(found.entries) == 41
    assert found.problems == (
        Problem(3, "site", "'berln' is not in the dialplan (40 rows, here first)", "did you mean 'berlin'?", "warning"),
        Problem(3, "language", "'fr' is not in the dialplan (40 rows, here first)", "it knows en, zh", "warning"),
    )
    assert found.is_complete


def test_columns_that_are_not_ours_are_told() -> None:
    found = read(f"{HEADER},cost_center", f"{BEN},4711")
    assert found.entries == (THE_BEN,)
    (problem,) = found.problems
    assert (problem.line, problem.column, problem.severity) == (1, "cost_center", "warning")


def test_columns_that_are_missing_are_told_all_at_once() -> None:
    first, second = unreadable(b"employee_number,name,departement,site,language,labels,mobile,email\n")
    assert (first.column, first.what, first.remedy) == (
        "department", "the column is missing", "is it 'departement'? Rename it",
    )  # fmt: skip
    assert (second.column, second.remedy) == ("numbers", "add it; its cells may be empty")
    (twice,) = unreadable(f"{HEADER},Name\n".encode())
    assert (twice.column, twice.what) == ("name", "there are two columns of this name")


@pytest.mark.parametrize(
    ("raw", "place", "what"),
    [
        (b"", 1, "empty"),
        (b"\n \n,,\n", 1, "empty"),
        (f"{HEADER}\n{BEN}\n10442,Jürgen,,,,,,,\n".encode("latin-1"), 3, "not UTF-8 (byte 0xFC), it may be Latin-1"),
        (f"{HEADER}\n".encode("utf-16"), 1, "UTF-16"),
        (b"PK\x03\x04\n\x00\x00", 2, "no text file"),
        (bytes(range(256)) * 40_000, 2, "not UTF-8"),
        (f'{HEADER}\n{BEN}\n10442,"Anna,,,,,,,\n{BEN}\n{BEN}\n'.encode(), 3, "begins here cannot be read"),
        (f'{HEADER}\n10442,"Anna" Berg,,,,,,,\n'.encode(), 2, "begins here cannot be read"),
        (f"{HEADER}\n10442,{'x' * 200_000},,,,,,,\n".encode(), 2, "field larger"),
    ],
)
def test_a_file_that_cannot_be_read(raw: bytes, place: int, what: str) -> None:
    (problem,) = unreadable(raw)
    assert problem.line == place
    assert what in problem.what
    assert problem.remedy


def test_the_example_of_the_documentation_is_right() -> None:  # D13
    told = (Path(__file__).parents[2] / "docs" / "people.md").read_text(encoding="utf-8")
    example = told.split("```csv\n")[1].split("```")[0]
    found = read_people(example.encode(), "DE", Known({}))
    assert [entry.name for entry in found.entries] == ["Anna Berg", "Ben Adler", "陈伟"]
    assert found.problems == ()
