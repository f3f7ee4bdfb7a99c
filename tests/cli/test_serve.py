"""`survey serve`: from nothing to a product that answers, and to a clean stop."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.settings import PROJECT_ROOT

SURVEY = Path(sys.executable).parent / "survey"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


class Product:
    """A served product of its own data folder."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        environment = {
            **os.environ,
            "SURVEY_DATA_DIR": str(folder),
            "PORT": str(self.port),
            "XDG_RUNTIME_DIR": str(folder),
            **environ,
        }
        self.process = subprocess.Popen(
            [SURVEY, "serve", "--no-demo"],
            cwd=PROJECT_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if get(f"{self.base}/healthz")[0] == 200:
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        self.process.kill()
        raise AssertionError(f"not ready: {self.process.communicate()[0]}")

    def stop(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=30)[0]


@pytest.fixture
def folder() -> Iterator[Path]:
    import shutil

    place = PROJECT_ROOT / "var" / f"test-serve-{os.getpid()}"
    place.mkdir(parents=True)
    yield place
    shutil.rmtree(place, ignore_errors=True)


def test_from_nothing_to_a_ready_product(folder: Path) -> None:
    product = Product(folder)
    product.wait_until_ready()
    state = json.loads(get(f"{product.base}/healthz")[1])
    assert state["database"] == "reachable"
    status, page = get(f"{product.base}/")
    assert status == 200
    assert '<html lang="vi"' in page
    output = product.stop()
    for address in ("/", "/staff/", "/results/"):
        assert f"{product.base}{address}" in output
    assert re.search(r"admin\b.*[a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5}", output)
    assert product.process.returncode == 0


def test_a_second_start_keeps_what_the_first_stored(folder: Path) -> None:
    first = Product(folder)
    first.wait_until_ready()
    first.stop()
    second = Product(folder)
    second.wait_until_ready()
    second.stop()
    listed = subprocess.run(
        [SURVEY, "db", "check", "--json"],
        cwd=PROJECT_ROOT,
        env={**os.environ, "SURVEY_DATA_DIR": str(folder), "XDG_RUNTIME_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(listed.stdout)["ok"] is True


def test_a_database_that_cannot_be_reached_is_a_sentence_not_a_trace() -> None:
    done = subprocess.run(
        [SURVEY, "db", "check"],
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_another_kind_of_database_is_refused() -> None:
    done = subprocess.run(
        [SURVEY, "db", "check"],
        env={**os.environ, "DATABASE_URL": "mysql://u:secret@h/d"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5
    assert "secret" not in done.stderr


def test_a_taken_port_is_told_before_anything_starts(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = Product(folder, PORT=str(port))
        said, _ = refused.process.communicate(timeout=30)
    assert refused.process.returncode == 3
    assert str(port) in said
    assert "Traceback" not in said
    assert list(folder.iterdir()) == []
