"""The knowledge base in the database: the truth about articles. The folder that the line speaks is derived from it."""

from knowledge.store.attaching import KnowledgeAttaching
from knowledge.store.importing import KnowledgeImporting
from knowledge.store.listing import KnowledgeListing
from knowledge.store.phrasings import KnowledgePhrasings
from knowledge.store.questions import KnowledgeQuestions
from knowledge.store.reviewing import KnowledgeReviewing


class KnowledgeBase(
    KnowledgeListing, KnowledgeReviewing, KnowledgeImporting, KnowledgeAttaching, KnowledgePhrasings, KnowledgeQuestions
):
    """Synchronous, thread-safe, one transaction a call; what changes something writes its event in the same one."""
