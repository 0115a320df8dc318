"""A real line learns from its calls. # 000-18"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from line_calls import call
from real_line import RealLine, wait_until

from ari_app.knowledge_base import open_base
from ari_app.phones.caller import Manners

NUMBER = "+493023125953"
SAYS = "the blue thing on my table"
LEARNT_WITHIN_S = 60.0


async def test_a_question_without_an_answer_is_kept(line: RealLine, tmp_path: Path) -> None:
    base, began = open_base(line.store), datetime.now(UTC)
    await call(line, tmp_path, NUMBER, (SAYS,), Manners(pause_s=2.0, patience_s=30.0))
    assert await asyncio.to_thread(wait_until, lambda: base.questions("en", began) != [], LEARNT_WITHIN_S)
    assert "table" in base.questions("en", began)[0].text
