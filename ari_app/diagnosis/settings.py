"""The settings of diagnosis."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DiagnosisSettings:
    """How probes are run."""

    secrets: Path = Path(".hotline/secrets")
    """A folder with a file for each `secret` of probes.yaml: one header line, `Authorization: Bearer …`."""

    at_once: int = 4
    """So many probes run at a time in each process; others wait for their turn within their own time."""
