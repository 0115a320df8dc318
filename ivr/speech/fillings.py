"""Which fillings of the line's prompts are known ahead: the topics and answers of articles and categories."""

from dialplan.loader import Dialplan
from ivr.speech.renderings import Filling, Fillings
from knowledge.library import Library


def known_fillings(dialplan: Dialplan, library: Library) -> Fillings:
    """By language and prompt key; named by the id of the article or category."""
    return {
        language: {
            "confirm.article": [
                Filling(article.id, {"topic": article.topic}) for article in library.in_language(language)
            ],
            "confirm.category": [
                Filling(name, {"topic": topic})
                for name, category in dialplan.menus.categories.items()
                if (topic := category.topic.get(language))
            ],
            "article.answer": [
                Filling(article.id, {"answer": article.spoken}) for article in library.in_language(language)
            ],
        }
        for language in dialplan.prompts
    }
