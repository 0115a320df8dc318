import pytest

from tickets.ticket import SUBJECT_LENGTH, Status, derive_subject, derive_summary, may_become


@pytest.mark.parametrize("wanted", list(Status))
def test_a_closed_ticket_stays_closed(wanted: Status) -> None:
    assert may_become(Status.CLOSED, wanted) is (wanted is Status.CLOSED)


@pytest.mark.parametrize("current", list(Status))
def test_every_status_but_closed_can_be_left_and_closed(current: Status) -> None:
    assert may_become(current, current)
    assert may_become(current, Status.CLOSED)


def test_what_is_suspended_is_resumed_before_it_is_solved() -> None:
    assert not may_become(Status.SUSPENDED, Status.SOLVED)
    assert may_become(Status.SUSPENDED, Status.IN_PROGRESS)


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        (["hello", "my printer does not print", "yes"], "My printer does not print"),
        (["printer broken", "yes thank you"], "Printer broken"),
        (["yes", "no thank you"], ""),
        (["我的打印机坏了", "是"], "我的打印机坏了"),
        ([], ""),
    ],
)
def test_the_subject_is_the_first_thing_that_says_something(said: list[str], subject: str) -> None:
    assert derive_subject(said) == subject


def test_a_long_subject_ends_at_a_word() -> None:
    subject = derive_subject(["the quick brown fox " * 20])
    assert len(subject) <= SUBJECT_LENGTH
    assert subject.endswith((" quick…", " brown…", " fox…", " the…"))


def test_the_summary_leaves_out_the_courtesies() -> None:
    assert derive_summary(["my mouse is dead", "yes", "it is the wireless one."]) == (
        "My mouse is dead. It is the wireless one"
    )
