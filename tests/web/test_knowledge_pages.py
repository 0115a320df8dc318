"""The knowledge base in the browser: read, written, reviewed, published. # 003-14, 003-15, 003-16"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import PATIENCE_MS
from knowledge_scene import FORM, PAGE, SLOW, House, open_house
from playwright.sync_api import Browser, Page, expect

from knowledge.errors import Problem
from knowledge.review import Stage
from knowledge.store import ArticleKey
from tickets.events import Kind
from tickets.viewer.access import SESSION_COOKIE
from tickets.viewer.app import utc_now


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    yield from open_house(tmp_path)


def page_of(house: House, browser: Browser, user: str) -> Page:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    context.add_cookies([{"name": SESSION_COOKIE, "value": house.session(user), "url": house.site.address}])
    return context.new_page()


def stages(house: House, key: ArticleKey) -> list[Stage]:
    return [version.stage for version in house.base.versions(key)]


def test_from_draft_to_published(house: House, browser: Browser) -> None:
    agent, reviewer, employee = (page_of(house, browser, user) for user in ("agent", "reviewer", "employee"))
    address = house.site.address
    agent.goto(f"{address}/knowledge")
    agent.get_by_role("link", name="New article").click()
    agent.get_by_label("Id", exact=True).fill("wall-clock")
    fields = {"Question": "question", "Topic": "topic", "System": "system", "Looked after by": "owner"}
    for label, name in fields.items():
        agent.get_by_label(label, exact=True).fill(FORM[name])
    agent.get_by_label("Category").select_option(FORM["category"])
    agent.get_by_label("Phrasings").fill("the clock stands still")
    expect(agent.locator("#problems")).to_contain_text("at least 6 are needed")  # told while one types
    agent.get_by_label("Phrasings").fill(FORM["phrasings"])
    agent.get_by_label("What the line says").fill(FORM["spoken"])
    agent.get_by_label("All steps, in writing").fill(FORM["steps"])
    agent.get_by_label("To be read again by").fill(FORM["review"])
    expect(agent.locator("#problems")).to_contain_text("Nothing is wrong with it")
    agent.get_by_role("button", name="Save the draft").click()
    agent.get_by_role("button", name="Hand in for review").click()
    expect(agent.locator("#steps")).to_contain_text("A reviewer does that.")
    expect(agent.get_by_role("button", name="Approve")).to_have_count(0)

    reviewer.goto(f"{address}/knowledge")
    reviewer.get_by_role("link", name="For me to review").click()
    reviewer.get_by_role("link", name=FORM["question"]).click()
    expect(reviewer.locator("#trial")).to_contain_text("takes it")
    reviewer.get_by_role("button", name="Send back", exact=True).click()  # without a word why the browser does not
    reviewer.get_by_label("Your comment").fill("Which <b>button</b>?")
    reviewer.get_by_role("button", name="Send back", exact=True).click()
    expect(reviewer.locator(".head .pill")).to_have_text("Draft")

    agent.reload()
    expect(agent.locator("#comments")).to_contain_text("Which <b>button</b>?")
    agent.get_by_role("link", name="Edit", exact=True).click()
    agent.get_by_label("All steps, in writing").fill("1. Press the black **button**.")
    agent.get_by_role("button", name="Save the draft").click()
    agent.get_by_role("button", name="Hand in for review").click()
    reviewer.reload()
    reviewer.get_by_role("button", name="Approve").click()
    expect(reviewer.locator(".head .pill")).to_have_text("Published")

    employee.goto(address)  # begins there
    employee.get_by_label("Search").fill("clock")
    employee.get_by_role("link", name=FORM["question"]).click()
    expect(employee.locator(".prose strong")).to_have_text("button")
    employee.get_by_role("button", name="Yes, it helped").click()
    expect(employee.get_by_role("status").filter(has_text="Thank you")).to_be_visible()
    employee.get_by_text("Something is wrong or missing").click()
    employee.get_by_label("What should be different?").fill("It is grey.")
    employee.get_by_role("button", name="Send").click()
    expect(employee.get_by_role("status").filter(has_text="Thank you")).to_be_visible()
    expect(employee.get_by_role("link", name="History")).to_have_count(0)
    reviewer.goto(f"{address}/knowledge?view=flagged")
    expect(reviewer.locator(".kb")).to_contain_text("1 suggestion")
    rated = list(house.site.store.events.since(None, [Kind.ARTICLE_RATED]))
    assert [(event.data["article"], event.data["helped"], event.data["by"]) for event in rated] == [
        ("wall-clock", True, "employee")
    ]
    for page in (agent, reviewer, employee):
        page.context.close()


def test_what_was_typed_outlives_a_reload(house: House, browser: Browser) -> None:
    path = house.changed(SLOW, "a slow VPN", "a very slow VPN")
    page = page_of(house, browser, "agent")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{house.site.address}{path}/edit")
    page.get_by_label("Topic").fill("a VPN like a snail")
    page.reload()
    expect(page.get_by_label("Topic")).to_have_value("a VPN like a snail")
    expect(page.get_by_text("What you typed before is here again")).to_be_visible()
    page.get_by_label("Topic").press("Control+s")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert house.base.versions(SLOW)[-1].content.topic == "a VPN like a snail"
    page.context.close()


def test_nobody_approves_his_own(house: House) -> None:
    path = house.changed(SLOW, "a slow VPN", "a very slow VPN", by="reviewer")
    with house.client("reviewer") as reviewer, house.client("admin") as admin:
        assert reviewer.post(f"{path}/submit").status_code == 303
        assert "somebody else has to look at it" in reviewer.get(path).text
        refused = reviewer.post(f"{path}/approve")
        assert (refused.status_code, "somebody else has to approve it" in refused.text) == (422, True)
        assert admin.post(f"{path}/approve").headers["location"] == f"{path}?done=approved"
        late = admin.post(f"{path}/send-back", data={"text": "too late"})
        assert (late.status_code, "too late" in late.text) == (422, True)  # what was typed is kept
    assert stages(house, SLOW) == [Stage.REPLACED, Stage.PUBLISHED]


def test_two_save_the_same_draft(house: House) -> None:
    path = house.changed(SLOW, "a slow VPN", "a very slow VPN")
    form = FORM | {"category": "network", "rev": "1"}
    with house.client("agent") as agent, house.client("supervisor") as supervisor:
        assert supervisor.post(f"{path}/edit", data=form | {"topic": "what the other wrote"}).status_code == 303
        conflict = agent.post(f"{path}/edit", data=form | {"topic": "what I wrote"})
        assert conflict.status_code == 409
        assert "Changed by supervisor" in conflict.text
        assert "the other" in conflict.text  # what is saved now
        assert 'value="what I wrote"' in conflict.text
        again = agent.post(f"{path}/edit", data=form | {"topic": "what I wrote", "rev": "2"})
        assert again.status_code == 303
    assert house.base.versions(SLOW)[-1].content.topic == "what I wrote"


def test_published_later_and_taken_back(house: House) -> None:
    path = house.changed(SLOW, "a slow VPN", "a very slow VPN")
    house.base.submit(house.base.versions(SLOW)[-1].id, "agent", utc_now())
    with house.client("reviewer") as reviewer:
        past = reviewer.post(f"{path}/approve", data={"publish_at": "2020-01-01T10:00"})
        assert (past.status_code, "still to come" in past.text) == (422, True)
        assert reviewer.post(f"{path}/approve", data={"publish_at": "soon"}).status_code == 422
        tomorrow = f"{utc_now() + timedelta(days=1):%Y-%m-%dT10:00}"
        assert reviewer.post(f"{path}/approve", data={"publish_at": tomorrow}).status_code == 303
        assert "Published by itself" in reviewer.get(path).text
        assert stages(house, SLOW) == [Stage.PUBLISHED, Stage.APPROVED]
        assert reviewer.post(f"{path}/take-back").status_code == 303
        assert reviewer.post(f"{path}/drop").status_code == 303
    assert stages(house, SLOW) == [Stage.PUBLISHED, Stage.DROPPED]


def test_what_the_line_would_refuse_is_not_published(house: House) -> None:
    path = house.changed(SLOW, "a slow VPN", "a very slow VPN")
    house.base.submit(house.base.versions(SLOW)[-1].id, "agent", utc_now())
    house.refused.append(Problem(SLOW.file, 3, 1, "sounds-like", "it sounds like another", "say it otherwise"))
    with house.client("reviewer") as reviewer:
        assert "it sounds like another" in reviewer.get(f"{path}/trial").text
        refused = reviewer.post(f"{path}/approve")
        assert (refused.status_code, "it sounds like another" in refused.text) == (422, True)
        assert reviewer.post(f"{PAGE}/retire", data={"why": "old"}).status_code == 422
    assert stages(house, SLOW) == [Stage.PUBLISHED, Stage.IN_REVIEW]


def test_retired_and_taken_up_again(house: House) -> None:
    with house.client("reviewer") as reviewer, house.client("employee") as employee:
        assert employee.get(PAGE).status_code == 200
        assert reviewer.post(f"{PAGE}/retire", data={"why": " "}).status_code == 422
        assert reviewer.post(f"{PAGE}/retire", data={"why": "nobody has one"}).status_code == 303
        assert reviewer.post(f"{PAGE}/retire", data={"why": "again"}).status_code == 409
        assert employee.get(PAGE).status_code == 404
        assert "Why is the VPN so slow?" in reviewer.get("/knowledge?view=closed").text
        assert "Take up again" in reviewer.get(f"{PAGE}/history").text
        draft = reviewer.post(f"{PAGE}/draft", data={"number": "1"})
        assert draft.headers["location"] == f"{PAGE}/2/edit?done=drafted"
        assert reviewer.post(f"{PAGE}/draft", data={"number": "1"}).status_code == 409  # one at a time
    assert stages(house, SLOW) == [Stage.RETIRED, Stage.DRAFT]


def test_a_language_without_articles_is_seen_to_be_chosen(house: House, browser: Browser) -> None:
    page = page_of(house, browser, "agent")
    page.set_extra_http_headers({"Accept-Language": "zh"})
    page.goto(f"{house.site.address}/knowledge")
    language = page.get_by_label("语言")
    expect(language).to_have_value("zh")
    expect(page.locator("#list")).not_to_contain_text("VPN")
    language.select_option("")
    expect(page.locator("#list")).to_contain_text("Why is the VPN so slow?")
