"""The draft of an article that is missing: what callers say is there, what they are to be told is not."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from knowledge.article import Article
from knowledge.store import ArticleKey
from knowledge.store.learning_shapes import Cluster
from knowledge.wording import pinyin, split_words

_REVIEWED_AFTER = timedelta(days=180)
_WORDS_OF_ID = 6
_UNSAID = re.compile(r"an?|the|my|i|we|you|your|me|to|for|of|in|on|it|and|please|is|are|do|does|can|could")
_TO_WRITE = {"en": ("To be written.", "Callers have asked:"), "zh": ("待撰写。", "来电者这样问：")}


def draft_of(cluster: Cluster, model: Article, article_id: str, on: date) -> Article:
    """Category, system, kind and owner are those of `model`, the nearest article."""
    unwritten, asked = _TO_WRITE.get(cluster.language, _TO_WRITE["en"])
    examples = "\n".join(f"- {example}" for example in cluster.examples)
    return Article(
        id=article_id,
        language=cluster.language,
        question=cluster.question,
        topic=cluster.examples[0],
        category=model.category,
        system=model.system,
        kind=model.kind,
        phrasings=cluster.phrasings,
        terms=(),
        spoken=unwritten,
        review=on + _REVIEWED_AFTER,
        owner=model.owner,
        steps=f"{unwritten}\n\n{asked}\n\n{examples}",
    )


def new_key(cluster: Cluster, is_known: Callable[[ArticleKey], bool]) -> ArticleKey:
    """An id made of the words of the question, that no article has."""
    words = re.findall(r"[a-z0-9]+", pinyin(" ".join(split_words(cluster.question))).casefold())
    telling = [word for word in words if not _UNSAID.fullmatch(word)] or words or ["question"]
    name = "-".join(telling[:_WORDS_OF_ID])[:80]
    key, count = ArticleKey(cluster.language, name), 2
    while is_known(key):
        key, count = ArticleKey(cluster.language, f"{name}-{count}"), count + 1
    return key
