"""What `hotline bench hearing` shows: rows, and the curve as a picture."""

from collections.abc import Sequence
from html import escape

from ari_app.bench.hearing import Point, Trial, curve
from ari_app.bench.report import Row

_YARDSTICK = "rapidfuzz token_set_ratio, first place"
_LANGUAGES = {"en": "English", "zh": "Mandarin"}
_UNITS = {"en": "words", "zh": "characters"}

_WIDTH, _HEIGHT, _LEFT, _TOP = 760, 420, 64, 56
_PLOT_WIDTH, _PLOT_HEIGHT = 430, 300
_WORST = 110.0
"""The highest error rate of the picture, in percent: more than 100 is where a recognizer puts words in."""

_COLOURS = {"en": "#0f6e68", "zh": "#8a4b08"}
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1c2326}.muted{fill:#5a666b}.grid{stroke:#dcd8d0}"
    ".first{stroke-width:2.5;fill:none}.third{stroke-width:2;stroke-dasharray:6 4;fill:none}"
    ".plain{stroke-width:1.5;stroke-dasharray:2 4;fill:none}"
)


def hearing_rows(trials: Sequence[Trial]) -> list[Row]:
    """Of all surroundings: errors of the recognizer, first place, first three; and each voice over all of them."""
    rows: list[Row] = []
    for point in curve(trials):
        case = f"{point.language}, {point.surroundings}"
        ratio = round(point.first / point.yardstick, 2) if point.yardstick else None
        rows += [
            Row(f"{case}: {_UNITS[point.language]} heard wrongly", round(point.errors, 1), "%"),
            Row(
                f"{case}: found, first place",
                round(point.first, 1),
                "%",
                yardstick=round(point.yardstick, 1),
                ratio=ratio,
                yardstick_name=_YARDSTICK,
            ),
            Row(f"{case}: found, first three", round(point.third, 1), "%"),
        ]
    for voice in dict.fromkeys(trial.voice for trial in trials if trial.voice):
        of_voice = [trial for trial in trials if trial.voice == voice]
        first = 100 * sum(trial.place == 1 for trial in of_voice) / len(of_voice)
        rows.append(Row(f"{of_voice[0].language}, {voice}: found, first place", round(first, 1), "%"))
    return rows


def picture(points: Sequence[Point]) -> str:
    """Found articles against the recognizer's errors, as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'aria-label="Articles found against the share of words heard wrongly">',
        f'<style>{_STYLE}</style><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="28" font-weight="600">Articles found, the worse the caller is heard</text>',
        *_grid(),
    ]
    place = _TOP + 20
    for language in dict.fromkeys(point.language for point in points):
        of_language = [point for point in points if point.language == language]
        parts += _lines(of_language, _COLOURS[language], place)
        place += 110
    return "\n".join((*parts, "</svg>")) + "\n"


def _grid() -> list[str]:
    parts = []
    for percent in range(0, 101, 20):
        y = _y(percent)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_LEFT + _PLOT_WIDTH}" y1="{y:.0f}" y2="{y:.0f}"/>')
        parts.append(f'<text class="muted" x="{_LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{percent} %</text>')
    for percent in range(0, int(_WORST) + 1, 20):
        label = f'<text class="muted" x="{_x(percent):.0f}" y="{_TOP + _PLOT_HEIGHT + 20}" text-anchor="middle">'
        parts.append(f"{label}{percent} %</text>")
    below = _TOP + _PLOT_HEIGHT + 42
    parts.append(f'<text class="muted" x="{_LEFT}" y="{below}">words (Mandarin: characters) heard wrongly</text>')
    return parts


def _lines(points: Sequence[Point], colour: str, place: int) -> list[str]:
    points = sorted(points, key=lambda point: point.errors)
    series = (
        ("first", "first place", [point.first for point in points]),
        ("third", "among the first three", [point.third for point in points]),
        ("plain", "rapidfuzz, first place", [point.yardstick for point in points]),
    )
    left = _LEFT + _PLOT_WIDTH + 30
    name = escape(_LANGUAGES[points[0].language])
    parts = [f'<text x="{left}" y="{place}" font-weight="600">{name}</text>']
    for number, (kind, label, values) in enumerate(series, 1):
        path = " ".join(f"{_x(one.errors):.1f},{_y(value):.1f}" for one, value in zip(points, values, strict=True))
        parts.append(f'<polyline class="{kind}" stroke="{colour}" points="{path}"/>')
        y = place + 22 * number
        parts.append(f'<line class="{kind}" stroke="{colour}" x1="{left}" x2="{left + 34}" y1="{y - 4}" y2="{y - 4}"/>')
        parts.append(f'<text x="{left + 42}" y="{y}">{label}</text>')
    parts += [f'<circle cx="{_x(one.errors):.1f}" cy="{_y(one.first):.1f}" r="3.5" fill="{colour}"/>' for one in points]
    return parts


def _x(errors: float) -> float:
    return _LEFT + _PLOT_WIDTH * min(errors, _WORST) / _WORST


def _y(percent: float) -> float:
    return _TOP + _PLOT_HEIGHT * (1 - percent / 100)
