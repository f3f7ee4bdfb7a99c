"""The five faces of the rating scale, the same on the citizen's page and on posters.

The expression carries the level, not the colour: brows and mouth differ at every step, and a word
always stands beside a face.
"""

from __future__ import annotations

from typing import Final

LEVELS: Final = (1, 2, 3, 4, 5)
VIEW_BOX: Final = "0 0 48 48"

_SKIN: Final = {1: "#f5b5aa", 2: "#fad0a4", 3: "#fbe8a2", 4: "#d3e9b2", 5: "#a8dcb5"}
_BROWS: Final = {1: "M12 14l8 4m16-4l-8 4", 2: "M12 17l7-2m17 2l-7-2"}
_MOUTH: Final = {
    1: "M14 37q10-13 20 0",
    2: "M15 35q9-6 18 0",
    3: "M15 33h18",
    4: "M15 31q9 7 18 0",
    5: "M13 28h22q-2 11-11 11t-11-11z",
}


def face_shapes(level: int) -> str:
    """Return the shapes of one face, to be put into an ``svg`` or ``symbol`` element."""
    ink = 'fill="none" stroke="#16202a" stroke-width="2.5" stroke-linecap="round"'
    lines = _BROWS.get(level, "") + ("" if level == 5 else _MOUTH[level])
    laugh = f'<path d="{_MOUTH[5]}" fill="#16202a"/>' if level == 5 else ""
    return (
        f'<circle cx="24" cy="24" r="22" fill="{_SKIN[level]}" stroke="#16202a" stroke-width="2"/>'
        '<circle cx="17" cy="22" r="2.6" fill="#16202a"/>'
        '<circle cx="31" cy="22" r="2.6" fill="#16202a"/>'
        f"{laugh}" + (f'<path d="{lines}" {ink}/>' if lines else "")
    )


def face_svg(level: int) -> str:
    """Return one face as a picture of its own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{VIEW_BOX}">{face_shapes(level)}</svg>'
    )
