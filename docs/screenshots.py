"""Refresh the pictures in the README and the guides from the running product.

Starts the product on a folder of its own with a simulated round, signs in as the first
administrator, and photographs the pages in a real browser. Usage: ``make screenshots``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
IMAGES = PROJECT / "docs" / "images"
SURVEY = Path(sys.executable).parent / "survey"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PASSWORD = "một câu ngắn dễ nhớ"


def main() -> None:
    """Start, photograph, stop."""
    if CHROMIUM is None:
        sys.exit("chromium was not found: the pictures were not refreshed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(dir=PROJECT / "var", prefix="screenshots-") as folder:
        Path(folder).chmod(0o755)
        environment = {**os.environ, "SURVEY_DATA_DIR": folder, "PORT": str(port)}
        product = subprocess.Popen(
            [SURVEY, "serve", "--demo"],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            password = wait_until_ready(product, base)
            listed = subprocess.run(
                [SURVEY, "qr", "list", "--json"],
                cwd=PROJECT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            photograph(base, password, json.loads(listed.stdout)[0]["url"])
        finally:
            product.terminate()
            product.wait(30)


def wait_until_ready(product: subprocess.Popen[str], base: str) -> str:
    """Return the one-time password once the product answers."""
    assert product.stdout is not None
    password = ""
    for line in product.stdout:
        if found := re.search(r"[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", line):
            password = found.group()
            break
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{base}/healthz", timeout=5)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return password
    raise TimeoutError(base)


def photograph(base: str, password: str, citizen_url: str) -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    citizen = f"{base}/{citizen_url.split('/', 3)[3]}"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        phone = browser.new_page(viewport={"width": 360, "height": 740}, device_scale_factor=2)
        phone.goto(citizen)
        take(phone, "citizen-360", full=False)
        desk = browser.new_page(viewport={"width": 1280, "height": 900})
        desk.goto(f"{base}/sign-in")
        desk.fill("#username", "admin")
        desk.fill("#password", password)
        desk.click("main button[type=submit]")
        desk.fill("#current", password)
        desk.fill("#new", PASSWORD)
        desk.click("main button[type=submit]")
        for name, path in {
            "desk-1280": "/staff/",
            "results-1280": "/results/mo-phong-ho",
            "targets-1280": "/results/mo-phong-ho/targets",
        }.items():
            desk.goto(f"{base}{path}")
            take(desk, name, full=name != "results-1280")
        browser.close()


def take(page: Page, name: str, *, full: bool) -> None:
    """Save one picture."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png", full_page=full)
    print(f"docs/images/{name}.png")


if __name__ == "__main__":
    main()
