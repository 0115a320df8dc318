"""What app_queue is told of the floor, and what it tells us of callers: the pure parts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ari_app.acd import floor as acd
from ari_app.acd.floor import Floor
from ari_app.acd.rules import GroupRules, Tier
from ari_app.fallback.app_queue import differences
from ari_app.fallback.queue_log import Course, courses_in
from ari_app.fallback.queues import Member, members_of, queues_of
from ari_app.pbx.queues import AppQueue, group_of, queue_of
from dialplan.groups import Group

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FLOOR = Floor({"desk": GroupRules((Tier(("anna", "ben")), Tier(("carl",), timedelta(seconds=30))))})


# D12
def test_who_is_logged_in_is_a_member_at_his_level_and_who_pauses_pauses_there_too() -> None:
    floor = acd.log_out(acd.pause(acd.reach(FLOOR, "anna", NOON), "anna", "lunch", NOON), "ben", NOON)
    assert members_of(floor) == {"desk": {"anna": Member("lunch", 0), "carl": Member(None, 1)}}


# D12
def test_a_wrap_up_is_no_pause_for_it_would_never_end_there() -> None:
    floor = acd.resume_talk(acd.reach(FLOOR, "anna", NOON), "anna", "call", "desk", NOON)
    assert members_of(acd.hang_up(floor, "anna", NOON))["desk"]["anna"] == Member()


def test_only_differences_are_told() -> None:
    there = {"desk": {"anna": Member("lunch"), "ben": Member(), "carl": Member(None, 1)}}
    wanted = {"desk": {"anna": Member(), "carl": Member(None, 0), "dora": Member("tea", 2)}}
    assert list(differences(there, there)) == []
    assert list(differences(there, wanted)) == [
        ("QueuePause", {"Queue": "group-desk", "Interface": "Local/anna@agents", "Paused": "false"}),
        ("QueueRemove", {"Queue": "group-desk", "Interface": "Local/ben@agents"}),
        ("QueuePenalty", {"Queue": "group-desk", "Interface": "Local/carl@agents", "Penalty": "0"}),
        (
            "QueueAdd",
            {
                "Queue": "group-desk",
                "Interface": "Local/dora@agents",
                "MemberName": "dora",
                "StateInterface": "hint:dora@agents",
                "Penalty": "2",
                "Paused": "true",
            },
        ),
        ("QueuePause", {"Queue": "group-desk", "Interface": "Local/dora@agents", "Paused": "true", "Reason": "tea"}),
    ]


def test_a_group_becomes_a_queue_that_rings_and_rests_as_the_group_does() -> None:
    written = {"name": {"en": "Desk"}, "agents": ["anna"], "ring_s": 7, "wrap_up_s": 3, "strategy": "fewest_calls"}
    group = Group.model_validate({**written, "tiers": [{"agents": ["ben"], "after_s": 30}]})
    assert queues_of({"general": group}) == (AppQueue("general", 7, 3, "fewestcalls", (30,)),)
    assert queue_of("general") != "general", "a section of that name is not a queue"
    assert (group_of(queue_of("general")), group_of("everybody")) == ("general", None)


# D9
def test_the_course_of_a_caller_is_read_from_the_log_of_app_queue() -> None:
    written = """\
1772452800|NONE|NONE|NONE|QUEUESTART|
1772452801|MANAGER|group-desk|PJSIP/anna|ADDMEMBER|
1772452802|talked|group-desk|NONE|ENTERQUEUE||+4930123|1
1772452803|left|group-desk|NONE|ENTERQUEUE||+4930124|2
1772452804|talks|group-desk|NONE|ENTERQUEUE||+4930125|3
1772452805|talked|group-desk|anna|CONNECT|3|agents-leg|2
1772452806|left|group-desk|NONE|ABANDON|1|2|3
1772452807|talked|group-desk|anna|COMPLETEAGENT|3|2|1
1772452808|talks|group-desk|NONE|EXITEMPTY|1|1|4
1772452808|talks|everybody|NONE|ENTERQUEUE||+4930125|1
1772452809|talks|everybody|ben|CONNECT|1|agents-leg|1
half a li"""

    def at(second: int) -> datetime:
        return NOON + timedelta(seconds=second)

    assert courses_in(written.splitlines()) == {
        "talked": Course("group-desk", "anna", at(5), at(7)),
        "left": Course("group-desk", None, None, at(6)),
        "talks": Course("everybody", "ben", at(9)),
    }
    later = courses_in(written.splitlines(), ahead=timedelta(hours=1))["left"]
    assert later == replace(Course("group-desk"), ended_at=at(3606))
