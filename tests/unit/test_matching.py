"""The matcher on small sets of targets, by words alone: what it learns, refuses and reports."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.encoders import ModelFile, check_models
from knowledge.errors import FitError, ModelError
from knowledge.matching import Matcher, Thresholds
from knowledge.target import Target

DRINKS = (
    Target("tea", ("a cup of tea", "tea with milk please", "green tea", "i would like some tea", "hot tea")),
    Target("coffee", ("black coffee", "a large coffee", "coffee with sugar", "i want coffee", "coffee to go")),
    Target("water", ("a glass of water", "still water", "sparkling water please", "just water", "cold water")),
)


@pytest.fixture(scope="module")
def drinks() -> Matcher:
    return Matcher.fit(DRINKS, "en", encoders=())


@pytest.mark.parametrize(("text", "target"), [("some coffee", "coffee"), ("TEA, please!", "tea"), ("waters", "water")])
def test_the_nearest_target_comes_first(drinks: Matcher, text: str, target: str) -> None:
    assert drinks.rank([(text, 1.0)]).candidates[0].target == target


@pytest.mark.parametrize("text", ["", "  ", "?!"])
def test_no_words_are_no_match(drinks: Matcher, text: str) -> None:
    ranking = drinks.rank([(text, 1.0)])
    assert (ranking.outcome, ranking.candidates) == ("nomatch", ())


@pytest.mark.parametrize(
    "text",
    [
        "coffee " * 1500,
        'NEAR("coffee" AND *) OR tea:"; DROP TABLE articles; --',
        "☕😀\u200b\ufeff coffee \x00\x07",
        "一杯 coffee 谢谢 чай τσάι",
        "\ud800 coffee",
    ],
    ids=["long", "operators", "emoji", "mixed", "surrogate"],
)
def test_strange_input_is_only_a_text(drinks: Matcher, text: str) -> None:
    assert drinks.rank([(text, 1.0)]).candidates[0].target == "coffee"


def test_beyond_what_heads_can_learn_the_nearest_phrasing_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.calibration._MOST_FOR_HEADS", 0)
    matcher = Matcher.fit(DRINKS, "en", encoders=())
    assert matcher.rank([("some coffee", 1.0)]).candidates[0].target == "coffee"
    assert matcher.rank([("asdf qwer", 1.0)]).outcome != "accept"


def test_heads_are_learnt_of_many_targets_too() -> None:
    targets = [Target(f"t{number}", tuple(f"{verb} thing{number}" for verb in ("see", "get"))) for number in range(200)]
    matcher = Matcher.fit(targets, "en", encoders=())
    found = [matcher.rank([(f"take thing{number}", 1.0)]).candidates[0].target for number in range(0, 200, 20)]
    assert found == [f"t{number}" for number in range(0, 200, 20)]


def test_no_reading_is_no_match(drinks: Matcher) -> None:
    assert drinks.rank([]).outcome == "nomatch"


def test_candidates_are_ordered_probabilities_and_limited(drinks: Matcher) -> None:
    candidates = drinks.rank([("tea or coffee", 1.0)], limit=2).candidates
    assert len(candidates) == 2
    assert 1 >= candidates[0].confidence >= candidates[1].confidence >= 0


def test_every_reading_counts_by_its_weight(drinks: Matcher) -> None:
    def best(tea: float, coffee: float) -> str:
        return drinks.rank([("a cup of tea", tea), ("black coffee", coffee)]).candidates[0].target

    assert (best(0.9, 0.1), best(0.1, 0.9)) == ("tea", "coffee")


def test_strange_words_are_believed_less_than_known_ones(drinks: Matcher) -> None:
    known, strange = (drinks.rank([(text, 1.0)]).candidates[0].confidence for text in ("green tea", "asdf qwer"))
    assert strange < 0.5 < known


@pytest.mark.parametrize(
    ("confidence", "outcome"), [(0.8, "accept"), (0.79, "confirm"), (0.3, "confirm"), (0.2, "nomatch")]
)
def test_thresholds_decide(confidence: float, outcome: str) -> None:
    assert Thresholds(accept=0.8, confirm=0.3).outcome(confidence) == outcome


def test_threads_share_a_matcher(drinks: Matcher) -> None:
    texts = [phrasing for target in DRINKS for phrasing in target.phrasings] * 4
    alone = [drinks.rank([(text, 1.0)]) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: drinks.rank([(text, 1.0)]), texts)) == alone


def test_one_phrasing_for_each_target_is_enough_to_rank() -> None:
    matcher = Matcher.fit([Target("a", ("reset the password",)), Target("b", ("order a laptop",))], "en", encoders=())
    ranking = matcher.rank([("order a laptop", 1.0)])
    assert ranking.candidates[0].target == "b"
    assert ranking.outcome == "accept"


@pytest.mark.parametrize(
    ("targets", "why"),
    [
        ([], "two targets"),
        ([Target("a", ("x",))], "two targets"),
        ([Target("a", ("x",)), Target("b", ())], "no phrasing for b"),
        ([Target("a", ("x",)), Target("a", ("y",))], "named twice: a"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_refused(targets: list[Target], why: str) -> None:
    with pytest.raises(FitError, match=why):
        Matcher.fit(targets, "en", encoders=())


def test_chatter_makes_its_like_less_probable_and_is_never_a_candidate() -> None:  # D4
    chatter = ("a ride to the station", "a bus to the station please", "a taxi", "when does the train go", "hot sun")
    said = "a train to the station please"
    without = Matcher.fit(DRINKS, "en", encoders=()).rank([(said, 1.0)])
    ranking = Matcher.fit(DRINKS, "en", chatter=chatter, encoders=()).rank([(said, 1.0)])
    assert ranking.candidates[0].confidence < without.candidates[0].confidence
    assert {candidate.target for candidate in ranking.candidates} == {"tea", "coffee", "water"}


def test_chinese_survives_homophones() -> None:  # 004-14
    targets = [
        Target("password", ("忘记密码了", "我的密码忘了", "重置密码", "密码过期")),
        Target("printer", ("打印机不工作", "打印机卡纸", "不能打印", "打印机没有反应")),
    ]
    matcher = Matcher.fit(targets, "zh", encoders=())
    assert matcher.rank([("蜜马望记了", 1.0)]).candidates[0].target == "password"
    assert matcher.rank([("大印鸡卡指", 1.0)]).candidates[0].target == "printer"


def test_a_model_file_must_be_the_pinned_one() -> None:
    with pytest.raises(ModelError, match="not the pinned model"):
        ModelFile("knowledge", "models/tokenizer.json", "0" * 64).locate()
    with pytest.raises(ModelError, match="not installed"):
        ModelFile("no_such_package", "model.onnx", "0" * 64).locate()


def test_the_models_that_setup_cfg_names_are_ready() -> None:
    assert [(check.name, check.problem) for check in check_models()] == [("minilm", ""), ("use", "")]
