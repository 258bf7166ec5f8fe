"""A picture of a sync over time: Facebook's pages being fetched, and analyses in flight beside them."""

from collections.abc import Sequence
from dataclasses import dataclass

Span = tuple[float, float]
WIDTH, LEFT, RIGHT = 960, 150, 20
LANE_TOP, LANE_HEIGHT = 60, 34
AREA_TOP, AREA_HEIGHT = 130, 170
HEIGHT = AREA_TOP + AREA_HEIGHT + 50
STEPS = 400
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#334155}.title{font-size:16px;font-weight:600}"
    ".fetch{fill:#2563eb}.analyse{fill:#f59e0b;fill-opacity:.75}.axis{stroke:#cbd5e1}"
    "svg{background:#fff}@media(prefers-color-scheme:dark){svg{background:#0f172a}text{fill:#cbd5e1}"
    ".axis{stroke:#334155}.fetch{fill:#60a5fa}}"
)


@dataclass(frozen=True)
class Timeline:
    """Spans in seconds since the click."""

    fetches: Sequence[Span]
    analyses: Sequence[Span]
    seconds: float

    @property
    def overlap(self) -> float:
        """Share of the time in which a page was being fetched while analyses were in flight, of all fetching."""
        fetching = [moment for moment in self._moments if _active(self.fetches, moment)]
        both = [moment for moment in fetching if _active(self.analyses, moment)]
        return len(both) / max(1, len(fetching))

    @property
    def _moments(self) -> Sequence[float]:
        return [self.seconds * step / STEPS for step in range(STEPS)]

    def svg(self, title: str) -> str:
        inner = WIDTH - LEFT - RIGHT
        scale = inner / self.seconds
        bars = "".join(
            f'<rect class="fetch" x="{LEFT + start * scale:.1f}" y="{LANE_TOP}" rx="2" '
            f'width="{max(1.0, (end - start) * scale - 1):.1f}" height="{LANE_HEIGHT}"/>'
            for start, end in self.fetches
        )
        in_flight = [_active(self.analyses, moment) for moment in self._moments]
        most = max(in_flight, default=1) or 1
        points = [
            f"{LEFT + inner * step / STEPS:.1f},{AREA_TOP + AREA_HEIGHT * (1 - count / most):.1f}"
            for step, count in enumerate(in_flight)
        ]
        bottom = AREA_TOP + AREA_HEIGHT
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
            f"<title>{title}</title><style>{STYLE}</style>"
            f'<text class="title" x="{LEFT}" y="28">{title}</text>'
            f'<text x="8" y="{LANE_TOP + 22}">Facebook&#8217;s pages</text>{bars}'
            f'<text x="8" y="{AREA_TOP + 16}">analyses in flight</text>'
            f'<text x="8" y="{AREA_TOP + 34}">(at most {most})</text>'
            f'<polygon class="analyse" points="{LEFT},{bottom} {" ".join(points)} {WIDTH - RIGHT},{bottom}"/>'
            f"{self._axis(scale, bottom)}</svg>\n"
        )

    def _axis(self, scale: float, bottom: int) -> str:
        step = next(each for each in (1, 2, 5, 10, 20, 60, 300, 3600) if self.seconds / each <= 12)
        marks = "".join(
            f'<line class="axis" x1="{LEFT + second * scale:.1f}" x2="{LEFT + second * scale:.1f}" '
            f'y1="{LANE_TOP - 8}" y2="{bottom}"/>'
            f'<text x="{LEFT + second * scale:.1f}" y="{bottom + 20}" text-anchor="middle">{second} s</text>'
            for second in range(0, int(self.seconds) + 1, step)
        )
        return f'<g opacity=".8">{marks}</g>'


def _active(spans: Sequence[Span], moment: float) -> int:
    return sum(start <= moment < end for start, end in spans)
