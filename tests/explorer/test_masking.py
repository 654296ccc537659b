"""Which masking a log is shown under: by its name, by the settings, by both; and the key of an installation."""

from pathlib import Path

import pytest

from explorer.commands.words import COMMANDS, NEVER_MASKED, read_words
from explorer.masking import masking_of, remembered_as
from explorer.settings import Settings, load_settings
from explorer.settings_file import exposure
from store import DatabaseAddress, Masking, SettingsMistake, TargetProblem

FILE = """
[masking.support]
names = true
paths = ["payload.customer.phone"]
reveal = true
search = true

[masking.demo]
paths = ["request.body"]
search = true

[databases.production]
url = "postgresql://support:hushed@db.example/audit"
mask = "support"

[databases.broken]
url = "postgresql://a/b/c"
mask = "demo"
"""
OTHER = DatabaseAddress.parse("/tmp/other.db")
PRODUCTION = DatabaseAddress.parse("postgresql://admin@db.example/audit")


def settings_of(tmp_path: Path, text: str, **environ: str) -> Settings:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return load_settings(environ, path)


def masking(settings: Settings, address: DatabaseAddress | None) -> Masking:
    found = masking_of(settings, address)
    assert found is not None
    return found


def test_a_log_is_shown_as_it_is_where_nothing_masks_it(tmp_path: Path) -> None:
    assert masking_of(settings_of(tmp_path, FILE), OTHER) is None
    assert masking_of(settings_of(tmp_path, FILE), None) is None


def test_a_masking_is_chosen_by_its_name_for_any_log(tmp_path: Path) -> None:
    chosen = settings_of(tmp_path, FILE, ACTIVITY_MASK="demo")
    for address in (OTHER, None):
        found = masking(chosen, address)
        assert (found.name, found.names, found.paths) == ("demo", False, ("request.body",))
        assert (found.search, found.reveal) == (True, False)


def test_a_database_is_always_masked_whoever_opens_it(tmp_path: Path) -> None:
    found = masking(settings_of(tmp_path, FILE), PRODUCTION)
    assert (found.name, found.names, found.reveal) == ("support", True, True)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("postgresql://db.example/audit", "postgresql://x@db.example:5432/audit"),
        ("postgresql://db.example/audit", "postgres://x@DB.Example./audit"),
        ("postgresql://db.example/audit", "postgresql:///audit?host=db.example"),
        ("postgresql://db.example/audit", "postgresql://other,db.example/audit"),
        ("postgresql://db.example/audit", "postgresql://db.example/x?dbname=audit"),
        ("postgresql://u@/audit?host=/var/run/postgresql", "postgresql:///audit"),
        ("postgresql://u@%2Frun%2Fpostgresql/audit", "postgresql://localhost:5432/audit"),
        ("postgresql://[::1]:5433/audit", "postgresql://127.0.0.1:5433/audit"),
        ("postgresql://[2001:DB8::1]/audit", "postgresql://[2001:db8::1]:5432/audit"),
        ("/tmp/other.db", "sqlite:////tmp/../tmp/other.db"),
    ],
)
def test_a_database_is_masked_however_its_address_is_written(tmp_path: Path, url: str, other: str) -> None:
    settings = settings_of(tmp_path, f'[masking.x]\n[databases.x]\nurl = "{url}"\nmask = "x"')
    assert masking(settings, DatabaseAddress.parse(other)).name == "x"


@pytest.mark.parametrize(
    "url", ["postgresql://db.example:5433/audit", "postgresql://db.example/Audit", "postgresql://[x]/y"]
)
def test_another_database_of_the_same_host_is_not_masked(tmp_path: Path, url: str) -> None:
    assert masking_of(settings_of(tmp_path, FILE), DatabaseAddress.parse(url)) is None


def test_two_maskings_hide_what_either_hides_and_allow_what_both_allow(tmp_path: Path) -> None:
    found = masking(settings_of(tmp_path, FILE, ACTIVITY_MASK="demo"), PRODUCTION)
    assert found.name == "support + demo"
    assert found.names
    assert found.paths == ("payload.customer.phone", "request.body")
    assert (found.search, found.reveal) == (True, False)


@pytest.mark.parametrize("text", ["", FILE, '[databases.x]\nurl = "/tmp/other.db"\nmask = "suport"'])
def test_an_unknown_masking_opens_nothing(tmp_path: Path, text: str) -> None:
    name = "" if "suport" in text else "suport"
    with pytest.raises(SettingsMistake, match=r"There is no \[masking.suport\]"):
        masking_of(settings_of(tmp_path, text, ACTIVITY_MASK=name), OTHER)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[masking.x]\nname = true", "masking.x.name is no setting. Did you mean names?"),
        ('[masking.x]\nnames = "yes"', "masking.x.names"),
        ('[masking.x]\npaths = ["phone"]', "phone must begin with payload. or request."),
        ('[masking.x]\npaths = ["payload."]', "A key is missing"),
        ('[masking.x]\npaths = "payload.a"', "masking.x.paths"),
        ('[masking.x]\nkey = "short"', "masking.x.key"),
        ('masking = "support"', r"masking must be a table: \[masking.NAME\]"),
        ('mask = ["support"]', "mask must be a text"),
        ('[databases.x]\nurl = "a.db"\nmask = true', "databases.x.mask must be a text"),
    ],
)
def test_a_mistake_in_a_masking_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsMistake, match=said):
        settings_of(tmp_path, text)


def test_the_key_of_an_installation_stays_and_is_its_own(tmp_path: Path, own_home: Path) -> None:
    settings = settings_of(tmp_path, FILE, ACTIVITY_MASK="demo")
    assert masking(settings, OTHER).key == masking(settings, None).key
    (file,) = own_home.rglob("masking.key")
    assert file.stat().st_mode & 0o777 == 0o600
    file.unlink()
    first = file.with_name("other")
    first.write_bytes(masking(settings, OTHER).key)
    assert first.read_bytes() == file.read_bytes()


def test_without_a_key_that_can_be_kept_nothing_opens(tmp_path: Path, own_home: Path) -> None:
    settings = settings_of(tmp_path, FILE, ACTIVITY_MASK="demo")
    masking(settings, OTHER)
    (file,) = own_home.rglob("masking.key")
    file.write_bytes(b"half")
    with pytest.raises(TargetProblem, match="it is damaged"):
        masking_of(settings, OTHER)


def test_a_key_of_the_settings_is_used_and_shown_nowhere(tmp_path: Path, own_home: Path) -> None:
    settings = settings_of(tmp_path, '[masking.x]\nkey = "hushed and long enough"\n', ACTIVITY_MASK="x")
    assert masking(settings, OTHER).key == b"hushed and long enough"
    assert "hushed" not in repr(settings)
    assert list(own_home.rglob("masking.key")) == []
    (tmp_path / "settings.toml").chmod(0o644)
    said = exposure({"ACTIVITY_SETTINGS": str(tmp_path / "settings.toml")})
    assert said is not None
    assert said.startswith("Others can read the key in ")


def test_what_is_remembered_of_a_masked_log_is_kept_apart() -> None:
    assert remembered_as("log.db", "") == "log.db"
    assert remembered_as("log.db", "support") not in ("log.db", "support")


@pytest.mark.parametrize("command", sorted({"", *COMMANDS} - set(NEVER_MASKED)))
def test_every_command_that_shows_events_can_be_told_to_mask_them(command: str) -> None:
    files = {"import": ["x.jsonl", "--dry-run"], "view": ["x.jsonl"]}
    needed = (files | {"open": ["activity://e/1"], "entity": ["x"]}).get(command, [])
    words = [*([command] if command else []), *needed]
    assert read_words([*words, "--mask", "support"]).mask == "support"
    with pytest.raises(SystemExit):
        read_words([*words, "--mask", ""])
