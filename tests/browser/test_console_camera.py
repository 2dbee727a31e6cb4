"""A slip's code before the officer's camera: Chromium's own fake camera shows pictures that the test has made."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ARGUMENTS, chromium_path
from tests.browser.desk_kit import Desk, Seed, day, kinds, no_violations, take
from tests.browser.pages_kit import Pages
from tests.serving import Server

pytestmark = pytest.mark.browser
Seeing = Callable[..., Desk]
CARD = "079123456789|123456789|Tran Thi Thu Ha|01011980|Nu|Phuong 1|01012021"
FRAME = (1280, 960)


@pytest.fixture
def server(seed: Seed, tmp_path: Path) -> Iterator[Server]:
    with day(seed, tmp_path) as running:
        yield running


def film(picture: Image.Image, path: Path) -> Path:
    """The picture in the middle of a grey desk, as an endless film of one frame (YUV4MPEG2, no colour)."""
    scene = Image.new("L", FRAME, 190)
    picture = picture.convert("L")
    picture.thumbnail((FRAME[0] - 40, FRAME[1] - 40))
    scene.paste(picture, ((FRAME[0] - picture.width) // 2, (FRAME[1] - picture.height) // 2))
    colourless = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    head = f"YUV4MPEG2 W{FRAME[0]} H{FRAME[1]} F10:1 Ip A1:1 C420\n".encode()
    path.write_bytes(head + (b"FRAME\n" + scene.tobytes() + colourless) * 2)
    return path


@pytest.fixture
def seeing(browser: Browser, server: Server, tmp_path: Path) -> Iterator[Seeing]:
    """`seeing(picture, allowed=True)`: an officer at counter 1 whose camera sees the picture."""
    opened: list[tuple[Browser, Desk]] = []

    def one(picture: Image.Image, allowed: bool = True) -> Desk:
        source = film(picture, tmp_path / "camera.y4m")
        own = browser.browser_type.launch(
            executable_path=chromium_path(), headless=True,
            args=[*ARGUMENTS, "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={source}"],
        )  # fmt: skip
        desk = Desk(Pages(own), server)
        opened.append((own, desk))
        if allowed:
            desk.context.grant_permissions(["camera"], origin=server.url)
        desk.sit(1)
        return desk

    yield one
    for own, desk in opened:
        assert desk.errors == []
        own.close()


def slip_of(server: Server, ticket: dict[str, str]) -> Image.Image:
    answer = server.ask("GET", f"/tickets/{ticket['code']}/slip.png?width=80")
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content))


def code_of(text: str) -> Image.Image:
    return qrcode.make(text).get_image()


def test_a_slip_before_the_camera_finds_its_ticket_and_changes_nothing(server: Server, seeing: Seeing) -> None:
    first, second = take(server), take(server)
    desk = seeing(slip_of(server, second))
    desk.press("Space")
    expect(desk.number).to_have_text(first["number"])
    before = kinds(server)
    desk.press("c")
    title = desk.page.locator("dialog .dialog__title")
    expect(title).to_have_text(f"Ticket {second['number']}")
    expect(desk.page.locator("video")).to_have_count(0)
    assert kinds(server) == before


def test_an_identity_card_before_the_camera_is_refused_and_forgotten(server: Server, seeing: Seeing) -> None:
    sent: list[str] = []
    desk = seeing(code_of(CARD))
    desk.page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    before = kinds(server)
    desk.press("c")
    expect(desk.said).to_contain_text("identity card")
    expect(desk.page.locator("dialog")).to_have_count(0)
    assert kinds(server) == before
    assert "079123" not in desk.page.content() + "".join(sent)


def test_a_picture_without_a_code_waits_until_the_officer_goes_back(server: Server, seeing: Seeing) -> None:
    desk = seeing(Image.new("L", (400, 300), 255))
    desk.press("c")
    picture = desk.page.locator("dialog video")
    expect(picture).to_have_js_property("videoWidth", FRAME[0])
    no_violations(desk.page)
    track = picture.evaluate_handle("video => video.srcObject.getTracks()[0]")
    desk.page.locator("dialog [data-back]").click()
    expect(desk.page.locator("dialog")).to_have_count(0)
    ended = track.evaluate(
        "async (track) => { const end = performance.now() + 3000; while (track.readyState === 'live' && "
        "performance.now() < end) await new Promise((done) => setTimeout(done, 20)); return track.readyState; }"
    )
    assert ended == "ended"
    expect(desk.said).to_have_text("The counter is open.")


def test_a_camera_that_is_not_allowed_is_said(server: Server, seeing: Seeing) -> None:
    desk = seeing(Image.new("L", (400, 300), 255), allowed=False)
    desk.press("c")
    expect(desk.said).to_contain_text("may not be used")
    expect(desk.page.locator("dialog")).to_have_count(0)


def test_without_https_the_console_says_that_the_camera_needs_it(pages: Pages, server: Server) -> None:
    desk = Desk(pages, server)
    desk.context.add_init_script("Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined })")
    desk.sit(1)
    desk.press("c")
    expect(desk.said).to_contain_text("HTTPS")
    desk.leave()


def test_an_organisation_and_a_reason_to_hold_are_marked_for_officers(server: Server, pages: Pages) -> None:
    firm = take(server, applicant="organisation")
    person = take(server, applicant="individual")
    desk = Desk(pages, server)
    page = desk.sit(1)
    marks = page.locator("[data-list=waiting] [data-mark=organisation]")
    expect(marks).to_have_count(1)
    expect(page.locator(f"[data-number-row='{firm['number']}'] [data-mark=organisation]")).to_have_text("Organisation")
    desk.press("Space")
    expect(desk.number).to_have_text(firm["number"])
    expect(page.locator("[data-applicant]")).to_have_text("Organisation")
    desk.press("h")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("Enter")
    held = page.locator("[data-list=held] tbody tr")
    expect(held).to_contain_text("Papers to be completed")
    expect(held.locator("[data-mark=organisation]")).to_be_visible()
    desk.press("Space")
    expect(desk.number).to_have_text(person["number"])
    expect(page.locator("[data-applicant]")).to_be_hidden()
    desk.leave()
