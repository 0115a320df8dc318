"""One call from dialling to the end, and what there is to report of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ari_app.phones.caller import Item, Manners, Tell, call_items
from ari_app.phones.phone import Account, Phone


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A call that is over. `sip_call_id` finds its ticket; `hangup_cause` is the number of Q.850."""

    sip_call_id: str
    answered_s: float
    """From dialling to the answer."""
    duration_s: float
    """From the answer to the end."""
    heard_wav: Path
    sent_wav: Path
    """On the same clock as `heard_wav`: the same position is the same moment."""
    hangup_cause: int


async def place_call(
    account: Account, number: str, items: Sequence[Item], folder: Path, tell: Tell, manners: Manners | None = None
) -> PlacedCall:
    """Call `number` as `account`, go through `items`, and report; the recordings stay in `folder`.

    Raises:
        PhoneError: there is no telephone, or the call was not answered.
    """
    async with Phone.running(account, folder) as phone:
        call = await phone.call(number)
        await call.answered()
        await call_items(call, items, tell, manners or Manners())
        ended = await call.over()
    assert call.answered_at is not None  # noqa: S101  it was answered, and it ended
    assert call.ended_at is not None  # noqa: S101
    return PlacedCall(
        sip_call_id=call.sip_call_id,
        answered_s=round(call.answered_at - call.began_at, 3),
        duration_s=round(call.ended_at - call.answered_at, 3),
        heard_wav=call.heard_wav,
        sent_wav=call.sent_wav,
        hangup_cause=ended.cause,
    )
