"""What may be in the way of a rung; each says what to do about it."""

from ari_app.line_errors import LineError
from ari_app.pbx.errors import PbxError
from ari_app.phones.errors import PhoneError
from ivr.speech.recognizer import RecognizerError
from ivr.speech.sounds import ManifestError
from ivr.speech.speaker import SpeakerError
from tickets.store import StoreError

FAILURES = (LineError, PbxError, PhoneError, RecognizerError, ManifestError, SpeakerError, StoreError)
