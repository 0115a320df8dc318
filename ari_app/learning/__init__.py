from ari_app.learning.learning import Learning
from ari_app.learning.opening import open_learning
from knowledge.store.learning_shapes import Cluster, LearntPhrasing, Proposal
from tickets.metrics.answers import Answers, Effect

__all__ = ["Answers", "Cluster", "Effect", "Learning", "LearntPhrasing", "Proposal", "open_learning"]
