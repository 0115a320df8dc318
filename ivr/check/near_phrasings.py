"""The same words, or nearly, cannot mean two articles: whoever says them is told one or the other by chance."""

from collections.abc import Iterator

from dialplan.problems import Problem
from ivr.check.articles import at_article
from ivr.check.subject import Subject
from knowledge.near import NearTexts


def check_near_phrasings(subject: Subject) -> Iterator[Problem]:
    if subject.library is None:
        return
    for language in subject.library.languages:
        seen = NearTexts()
        for article in subject.library.in_language(language):
            own = (article.question, *article.phrasings)
            for phrasing in own:
                near = next(((text, other) for text, other in seen.find(phrasing) if other != article.id), None)
                if near is not None:
                    message = f'"{phrasing}" is nearly what {near[1]} has: "{near[0]}"'
                    yield at_article(subject, article, phrasing, "near-duplicate", message, "keep it in one of the two")
            for phrasing in own:
                seen.add(phrasing, article.id)
