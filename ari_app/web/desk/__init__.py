"""The agent desk: see README.md."""

from fastapi import APIRouter

from ari_app.web.desk import articles, call, line, page, people, sending, targets, ticket
from ari_app.web.desk.parts import add_desk

__all__ = ["add_desk", "router"]

router = APIRouter(include_in_schema=False)
for part in (page, call, line, targets, ticket, people, articles, sending):
    router.include_router(part.router)
