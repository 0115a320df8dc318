"""What the logs say, and what they keep to themselves. # D9"""

import subprocess
import sys

_FAILS = """
import structlog
from ari_app.logs import set_up_logging

def hears(said):
    raise RuntimeError("no more")

set_up_logging()
try:
    hears("my password is swordfish")
except RuntimeError:
    structlog.get_logger().exception("a call failed")
"""


def test_a_traceback_shows_no_values_of_variables() -> None:
    told = subprocess.run([sys.executable, "-c", _FAILS], capture_output=True, text=True, timeout=60, check=True).stderr
    assert "a call failed" in told
    assert "RuntimeError: no more" in told
    assert "said =" not in told
    assert told.count("swordfish") == 0
