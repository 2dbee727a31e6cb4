"""One search for the API, the kiosk and the desk: what people mean, however they write it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from tests.api_kit import Kit, good
from ticketing.profiles import ConfigError, parse_sites, profile_path, read_sites, write_sites

pytestmark = pytest.mark.faults("P7")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    with Kit(tmp_path_factory.mktemp("search")) as kit:
        kit.office.apply_site(read_sites(profile_path("demo"))[0])
        yield kit


def codes(kit: Kit, q: str) -> list[str]:
    return [one["code"] for one in good(kit.call("GET", "/sites/demo/search", query_string={"q": q}))["items"]]


def of_procedures(kit: Kit, q: str) -> list[str]:
    found = good(kit.call("GET", "/sites/demo/procedures", query_string={"q": q}))["items"]
    return [one["code"] for one in found]


@pytest.mark.parametrize(
    "typed",
    [
        "đăng ký khai sinh", "ĐĂNG KÝ KHAI SINH", "dang ky khai sinh", "Đăng kí khai sinh", "dangky khaisinh",
        "  đăng   ký\tkhai  sinh ", "dangkykhaisinh", "dăng kỳ khái sình",
        unicodedata.normalize("NFD", "đăng ký khai sinh"), "đăng\u200b ký kh\u00adai\u2060 sinh\u202c",
        "ԁаng ký khаі ѕіnh", "ｄａｎｇ ｋｙ khai sinh", "1.001193", "1.001193.000.00.00.H19", "1 . 001193",
        "1.001193-h19",
    ],
)  # fmt: skip
def test_a_birth_is_found_however_it_is_written(kit: Kit, typed: str) -> None:
    assert codes(kit, typed)[0] == "1.001193"
    assert of_procedures(kit, typed)[0] == "1.001193"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("sổ đỏ", "DD"), ("so do", "1.012812"), ("cccd", "2.000815"), ("ủy quyền", "2.000884"),
        ("uỷ quyền", "2.000884"),        ("Lí lịch", "2.000884"), ("hoà giải", "1.012812"),
        ("sinh khai ký đăng", "1.001193"), ("khaisinh", "1.001193"),
        ("marriage", "1.000894"), ("giấy ủy quyền chứng thực", "2.000884"), ("hộ khẩu", "1.004222"),
    ],
)  # fmt: skip
def test_what_people_call_it_is_found_too(kit: Kit, typed: str, code: str) -> None:
    assert code in codes(kit, typed)


def test_a_field_comes_before_its_procedures_and_every_hit_names_its_field(kit: Kit) -> None:
    found = good(kit.call("GET", "/sites/demo/search?q=đất+đai"))["items"]
    assert found[0] == {"kind": "field", "code": "DD", "name": "Đất đai", "field": "DD", "field_name": "Đất đai"}
    assert {"kind": "procedure", "code": "1.012812", "name": "Hòa giải tranh chấp đất đai", "field": "DD",
            "field_name": "Đất đai"} in found  # fmt: skip
    kinds = [one["kind"] for one in good(kit.call("GET", "/sites/demo/search?q=h"))["items"]]
    assert kinds == sorted(kinds) and set(kinds) == {"field", "procedure"}


def test_names_come_in_the_language_asked_for(kit: Kit) -> None:
    assert good(kit.call("GET", "/sites/demo/search?q=dat+dai", lang="en"))["items"][0]["name"] == "Land"


def test_the_list_of_procedures_finds_what_the_search_finds(kit: Kit) -> None:
    for typed in ("dat dai", "khai", "h", "cccd", "1.0", "trong ngày không có"):
        assert of_procedures(kit, typed) == [code for code in codes(kit, typed) if "." in code]


def test_nothing_typed_and_nothing_meant_find_nothing(kit: Kit) -> None:
    for typed in ("", "   ", "!?", "\u200b", "xyzzy", "ai sinh", "khai sinh xyzzy"):
        assert codes(kit, typed) == []
    assert len(of_procedures(kit, " ")) == 30
    assert kit.call("GET", f"/sites/demo/search?q={'x' * 201}").status_code == 422
    assert kit.call("GET", "/sites/nowhere/search?q=x").status_code == 404


def test_other_names_are_read_bounded_and_written_again() -> None:
    head = """[[sites]]\ncode = "a"\nname = "A"\nlevel = "commune"\n[[sites.fields]]\ncode = "X"\nname = "X"
prefix = "1"\n[[sites.procedures]]\ncode = "1"\nname = "Y"\nfield = "X"\nalso = %s\n"""
    sites = parse_sites(head % '["sổ đỏ", "sổ hồng"]', "a.toml")
    assert sites[0].procedures[0].also == ("sổ đỏ", "sổ hồng")
    assert parse_sites(write_sites(sites), "b.toml") == sites
    long, many = f'["{"x" * 41}"]', "[" + '"x",' * 21 + "]"
    for wrong in ('["a, b"]', '[""]', '[" "]', long, many, '"sổ đỏ"', '["a\\u200b"]'):
        with pytest.raises(ConfigError):
            parse_sites(head % wrong, "a.toml")
