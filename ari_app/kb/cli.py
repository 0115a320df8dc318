"""`hotline kb`: the knowledge base. What reads the articles' folder is in `knowledge/cli.py`, what is here is about the
database."""

import typer

from ari_app.kb.exchange_cli import app as exchange
from ari_app.kb.learning_cli import app as learning
from ari_app.kb.review_cli import app as review
from knowledge.cli import app as reading

app = typer.Typer(help="The knowledge base.", no_args_is_help=True)
for part in (reading, exchange, review, learning):
    app.add_typer(part)
