"""QR pictures of a service point's address.

Error correction level Q restores a quarter of the picture: a poster at a counter gets scratched,
wet and photographed askew. The quiet zone of four modules is part of the picture (ISO/IEC
18004:2015, 6.3.8), so that a frame around it cannot eat it.
"""

from __future__ import annotations

import io
from typing import Final

import segno

QUIET_ZONE_MODULES: Final = 4
PNG_SIDE_PIXELS: Final = 1200  # 10 cm at 300 dpi


def qr_svg(address: str) -> bytes:
    """Return the QR of ``address`` as an SVG that scales to its frame."""
    out = io.BytesIO()
    _symbol(address).save(
        out,
        kind="svg",
        border=QUIET_ZONE_MODULES,
        light="#fff",
        svgclass=None,
        lineclass=None,
        omitsize=True,
    )
    return out.getvalue()


def qr_png(address: str, side_pixels: int = PNG_SIDE_PIXELS) -> bytes:
    """Return the QR of ``address`` as a PNG of about ``side_pixels``, whole pixels a module."""
    symbol = _symbol(address)
    modules = symbol.symbol_size(border=QUIET_ZONE_MODULES)[0]
    out = io.BytesIO()
    symbol.save(
        out, kind="png", border=QUIET_ZONE_MODULES, scale=max(1, round(side_pixels / modules))
    )
    return out.getvalue()


def _symbol(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="q", boost_error=False)
