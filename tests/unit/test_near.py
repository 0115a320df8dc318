"""Texts that say the same in nearly the same words. # 000-9"""

import pytest

from knowledge.near import NearTexts, near_form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the VPN is slow", "Hello, the VPN is slow please"),
        ("slow is the VPN", "the VPN is slow"),
        ("my keyboard is broken", "my keybord is broken"),
        ("我的邮箱满了", "我的油箱满了"),
        ("请问邮箱满了吗", "邮箱满了"),
    ],
)
def test_near(one: str, other: str) -> None:
    texts = NearTexts()
    texts.add(one, "an-article")
    assert list(texts.find(other)) == [(one, "an-article")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the VPN is slow", "the VPN is down"),
        ("I cannot call out", "I cannot cell out"),
        ("printer", "printed"),
        ("my keyboard is broken", "my keyboard is broken again"),
        ("邮箱满了", "邮箱没了"),
        ("打不开邮件", "邮件打不开吗附件"),
    ],
)
def test_not_near(one: str, other: str) -> None:
    texts = NearTexts()
    texts.add(one, "an-article")
    assert list(texts.find(other)) == []


def test_equal_ones_come_first() -> None:
    texts = NearTexts()
    texts.add("my keybord is broken", "misspelt")
    texts.add("is my keyboard broken", "turned")
    assert [name for _, name in texts.find("my keyboard is broken")] == ["turned", "misspelt"]


def test_what_is_but_fillers_is_kept() -> None:
    assert near_form("hello hello") == ("hello", "hello")
    assert near_form("") == ()
