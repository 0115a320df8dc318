"""How late the event loop was."""

import asyncio
import time

from fake_ari import until

from ari_app.loop_lag import measuring_lag


async def test_whoever_computes_in_the_loop_is_noticed() -> None:
    async with measuring_lag() as lag:
        assert lag.percentile_ms(99) is None
        await until(lambda: lag.percentile_ms(50) is not None, 30)
        await asyncio.sleep(0.01)  # it sleeps already when we compute
        time.sleep(0.3)  # noqa: ASYNC251 (that is the point)
        await until(lambda: (lag.percentile_ms(100) or 0) > 200, 30)
