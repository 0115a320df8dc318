"""What calls teach, decided in the browser: one key each, and what a question without an answer becomes. # 003-14"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import PATIENCE_MS
from knowledge_scene import BADGE, CONNECT, PAGE, SLOW, House, open_house, teach
from playwright.sync_api import Browser, Page, expect

from knowledge.errors import Problem
from tickets.events import Kind
from tickets.viewer.access import SESSION_COOKIE
from tickets.viewer.app import utc_now

LEARNING = "/knowledge/learning"
JSON = {"Accept": "application/json"}
SELDOM = '<span class="pill warn">Seldom helps</span>'
TREACLE = "from home the web is like treacle"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    for opened in open_house(tmp_path):
        teach(opened.base)
        yield opened


def page_of(house: House, browser: Browser, user: str) -> Page:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": SESSION_COOKIE, "value": house.session(user), "url": house.site.address}])
    page = context.new_page()
    page.goto(house.site.address + LEARNING)
    return page


def ids(house: House) -> dict[str, int]:
    return {proposal.text: proposal.id for proposal in house.base.proposals()}


def phrasings(house: House) -> set[str]:
    return {text for key in (SLOW, CONNECT) for text in house.base.versions(key)[-1].content.phrasings}


def test_decided_with_one_key_each(house: House, browser: Browser) -> None:
    page = page_of(house, browser, "reviewer")
    rows = page.locator("[data-proposal]")
    expect(rows).to_have_count(4)
    page.keyboard.press("a")  # nothing is chosen yet
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    expect(rows.first).to_contain_text("2 calls")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_text(TREACLE, exact=True)).to_have_count(0)
    doubtful = page.locator("[data-proposal]", has_text="Doubtful")
    expect(doubtful).to_contain_text("Nearer to How do I get")
    doubtful.focus()
    page.keyboard.press("r")
    expect(page.locator("#left")).to_have_text("2")
    page.get_by_label("Keys").uncheck()
    page.locator("[data-proposal]").first.focus()
    page.keyboard.press("r")  # switched off
    page.get_by_role("button", name="Accept please let me in").click()
    expect(page.locator("#left")).to_have_text("1")
    page.get_by_role("button", name="Reject how do I").click()
    expect(page.get_by_text("Nothing waits for a decision.")).to_be_visible()
    assert phrasings(house) >= {TREACLE, "please let me in from my kitchen"}
    assert not phrasings(house) & {"I cannot dial in to the tunnel", "how do I dial in from the train"}
    newest = house.base.versions(SLOW)[-1]
    assert (newest.origin, newest.author, newest.reviewer) == ("learning", "hotline", "reviewer")
    page.reload()
    expect(page.locator(".beside .sayings li")).to_have_count(2)  # learnt lately
    page.context.close()


def test_many_in_haste(house: House, browser: Browser) -> None:
    """What is pressed while an answer is awaited is not lost."""
    page = page_of(house, browser, "reviewer")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("j")
    for _ in range(4):
        page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits for a decision.")).to_be_visible()
    assert house.base.proposals() == []
    assert len(house.base.versions(SLOW)) > 1 < len(house.base.versions(CONNECT))
    page.context.close()


def test_what_the_line_would_refuse_stays(house: House, browser: Browser) -> None:
    house.refused.append(Problem(SLOW.file, 3, 1, "sounds-like", "it sounds like another", "say it otherwise"))
    page = page_of(house, browser, "reviewer")
    row = page.locator("[data-proposal]").first
    row.get_by_role("button", name="Accept").click()
    expect(row.locator(".refused")).to_contain_text("it sounds like another")
    assert len(house.base.proposals()) == 4
    house.refused.clear()
    row.get_by_role("button", name="Accept").click()
    expect(page.locator("#left")).to_have_text("3")
    page.context.close()


def test_one_that_cannot_be_does_not_keep_the_others(house: House) -> None:
    house.base.draft(house.base.versions(SLOW)[-1].text.replace("slow", "dull"), SLOW, "agent", utc_now())
    known = ids(house)
    wanted = [known[TREACLE], known["how do I dial in from the train"], 4711]
    with house.client("reviewer") as reviewer:
        answer = reviewer.post(f"{LEARNING}/phrasings", data={"decision": "accept", "ids": wanted}, headers=JSON)
        told = answer.json()
        assert "somebody is working on en/vpn-slow" in told["problems"][str(known[TREACLE])]
        assert "somebody has decided that" in told["problems"]["4711"]
        assert (len(told["problems"]), told["left"]) == (2, 3)
        by_form = reviewer.post(f"{LEARNING}/phrasings", data={"decision": "accept", "ids": known[TREACLE]})
        assert (by_form.status_code, "is working on en/vpn-slow" in by_form.text) == (422, True)
        gone = reviewer.post(f"{LEARNING}/phrasings", data={"decision": "reject", "ids": known[TREACLE]})
        assert gone.headers["location"] == f"{LEARNING}?done=rejected"
    assert "how do I dial in from the train" in phrasings(house)


def test_withdrawn_and_never_proposed_again(house: House) -> None:
    house.base.accept([ids(house)[TREACLE]], "reviewer", utc_now())
    said = {"language": SLOW.language, "article": SLOW.article, "text": TREACLE}
    with house.client("reviewer") as reviewer:
        assert TREACLE in reviewer.get(PAGE).text  # the article's own page has it too
        assert reviewer.post(f"{LEARNING}/withdrawal", data=said).status_code == 303
        assert TREACLE not in phrasings(house)
        again = reviewer.post(f"{LEARNING}/withdrawal", data=said)
        assert (again.status_code, "Somebody has decided that" in again.text) == (422, True)
    teach(house.base)
    assert TREACLE not in ids(house)


def test_a_question_without_an_answer_becomes_an_article(house: House, browser: Browser) -> None:
    page = page_of(house, browser, "agent")
    expect(page.locator("#proposals button")).to_have_count(0)  # reviewers decide
    cluster = page.locator(".cluster")
    expect(cluster).to_contain_text("asked 5 times")
    expect(cluster).to_contain_text("network team")
    cluster.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_label("Phrasings")).to_have_value("\n".join(BADGE))
    (drafted,) = (entry.newest for entry in house.base.entries() if entry.newest.origin == "cluster")
    page.goto(house.site.address + LEARNING)
    expect(cluster.get_by_role("link", name="To the draft")).to_have_attribute(
        "href", f"/knowledge/{drafted.key}/{drafted.number}"
    )
    house.base.submit(drafted.id, "agent", utc_now())
    house.base.approve(drafted.id, "reviewer", utc_now())
    page.reload()
    expect(cluster.get_by_role("table")).to_contain_text("Solved without an agent")
    expect(cluster.get_by_role("link", name="To the article")).to_be_visible()
    page.context.close()


def test_questions_are_sorted_when_somebody_wants_it(house: House) -> None:
    with house.client("reviewer") as reviewer, house.client("agent") as agent:
        sorted_now = reviewer.post(f"{LEARNING}/clusters", data={"language": "en"})
        assert sorted_now.headers["location"] == f"{LEARNING}?done=searched"
        assert agent.post(f"{LEARNING}/clusters").status_code == 403


def test_what_seldom_helps_is_flagged(house: House) -> None:
    """The last word of each reader counts."""

    def rate(user: str, helped: bool) -> None:
        of_article = {"language": SLOW.language, "article": SLOW.article, "version": 1, "by": user}
        house.site.store.events.append(Kind.ARTICLE_RATED, utc_now(), data={**of_article, "helped": helped})

    for number in range(10):
        rate(f"reader{number}", helped=True)
        rate(f"reader{number}", helped=number < 3)
    with house.client("agent") as agent:
        assert "In the last 90 days 3 of 10 who said so" in agent.get(PAGE).text
        assert SELDOM in agent.get("/knowledge?view=flagged").text
        rate("reader9", helped=True)
        rate("reader8", helped=True)
        assert SELDOM not in agent.get("/knowledge?view=flagged").text


def test_an_old_question_is_shown_in_its_language(house: House) -> None:
    with house.client("supervisor") as supervisor:
        assert "My badge does not open" in supervisor.get(f"{LEARNING}?language=en").text
        chinese = supervisor.get(f"{LEARNING}?language=zh").text
        assert "My badge does not open" not in chinese
        assert TREACLE not in chinese
    assert house.base.questions("zh", utc_now() - timedelta(days=1)) == []
