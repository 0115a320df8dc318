"""G.711 mu-law, the telephone's eight bits, to and from 16-bit samples.

Silence is 0xFF. Arrays are one-dimensional; lengths are kept.
"""

import numpy as np
from numpy.typing import NDArray

SILENCE = b"\xff"

_NEGATIVE_ZERO = 0x7F
_BIAS = 0x84
_CLIP = 32635


def _expand_all() -> NDArray[np.int16]:
    codes = ~np.arange(256, dtype=np.uint8)
    exponent = ((codes >> 4) & 7).astype(np.int32)
    magnitude = (((codes & 15).astype(np.int32) << 3) + _BIAS << exponent) - _BIAS
    return np.where(codes & 0x80, -magnitude, magnitude).astype(np.int16)


def _compress_all() -> NDArray[np.uint8]:
    samples = np.arange(-32768, 32768, dtype=np.int32)
    magnitude = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 15
    sign = np.where(samples < 0, 0x80, 0)
    codes: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    codes[codes == _NEGATIVE_ZERO] = SILENCE[0]  # so that what was decoded encodes to the same bytes
    return codes


_EXPANDED = _expand_all()
_COMPRESSED = _compress_all()


def decode(audio: bytes) -> NDArray[np.int16]:
    """The 16-bit samples of `audio` (mu-law)."""
    samples: NDArray[np.int16] = _EXPANDED[np.frombuffer(audio, dtype=np.uint8)]
    return samples


def encode(samples: NDArray[np.int16]) -> bytes:
    """`samples` as mu-law, one byte a sample."""
    return _COMPRESSED[samples.astype(np.int32) + 32768].tobytes()
