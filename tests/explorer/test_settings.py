"""Settings come from four places, the later ones win, and a mistake in any of them is one clear sentence."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.pretty import pretty_repr

from explorer.__main__ import main
from explorer.checked_settings import SETTINGS
from explorer.settings import TABLES, Settings, load_settings
from explorer.settings_file import settings_path
from explorer.time_zone import LocalZone
from store import Constant, SettingsMistake, StoreError

SECRET = "hunter2"
MAPPED = """
[databases.live]
url = "live.db"
table = "audit"
time_unit = "iso"
time_zone = "UTC"
[databases.live.columns]
id = "id"
occurred_at = "created_at"
event_name = "details.action"
environment = {constant = "production"}
payload = ["details", "old"]
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str) -> Path:
        file = tmp_path / "settings.toml"
        file.write_text(content)
        return file

    return write


def mistake_in(file: Path | None, **environ: str) -> str:
    with pytest.raises(SettingsMistake) as raised:
        load_settings(environ, file)
    text = str(raised.value)
    assert text.isprintable()
    assert SECRET not in text
    assert raised.value.__cause__ is None
    return text


def test_a_table_that_is_not_ours_is_described_by_its_columns(write: Write) -> None:
    mapping = load_settings({}, write(MAPPED)).mapping("live")
    assert mapping is not None
    assert (mapping.table, mapping.time_unit, mapping.columns.id) == ("audit", "iso", "id")
    assert mapping.columns.environment == Constant(constant="production")
    assert load_settings({}, write('[databases.live]\nurl = "a"')).mapping("live") is None
    assert Settings().mapping("live.db") is None


def test_without_anything_set_the_defaults_hold() -> None:
    assert load_settings({}) == Settings()


def test_the_file_in_the_users_folder_is_read_when_it_is_there() -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('theme = "light"')
    assert load_settings({}).theme == "light"


def test_each_place_wins_over_the_one_before(write: Write) -> None:
    file = write('theme = "file"\nclipboard = "tmux"\ntime_zone = "UTC"\n[databases.live]\nurl = "live.db"')
    environ = {"ACTIVITY_SETTINGS": str(file), "ACTIVITY_CLIPBOARD": "osc52", "ACTIVITY_TIME_ZONE": "Europe/Berlin"}
    loaded = load_settings(environ, command_line={"time_zone": "Asia/Tokyo", "theme": None})
    assert (loaded.theme, loaded.clipboard, loaded.time_zone) == ("file", "osc52", "Asia/Tokyo")
    assert loaded.address("live") == "live.db"


def test_an_empty_variable_sets_nothing(write: Write) -> None:
    assert load_settings({"ACTIVITY_THEME": "", "ACTIVITY_SETTINGS": "", "ACTIVITY_DATABASE": ""}) == Settings()


def test_every_setting_can_stand_in_the_file(write: Write) -> None:
    template = "https://app.example/{environment}/activity/{id}"
    values = {"database": "a.db", "theme": "x", "clipboard": "off", "link_template": template, "time_zone": "UTC"}
    values |= {"views": "ours.toml", "columns": "event,actor", "mask": "support", "open_at": "newest"}
    file = write("".join(f'{name} = "{value}"\n' for name, value in values.items()))
    loaded = load_settings({}, file)
    assert {name: getattr(loaded, name) for name in values} == values
    assert {*values, *TABLES} == {setting.name for setting in SETTINGS}


def test_every_setting_but_tables_has_a_variable_and_each_has_a_sentence() -> None:
    assert [setting.name for setting in SETTINGS if setting.variable is None] == [*TABLES]
    for setting in SETTINGS:
        assert setting.sentence.endswith(".")
        assert getattr(Settings(), setting.name) in (setting.default, {})
        if setting.variable and setting.default:
            assert getattr(load_settings({setting.variable: setting.default}), setting.name) == setting.default


def test_a_misspelt_setting_is_told_its_spelling(write: Write) -> None:
    file = write(f'clipbord = "{SECRET}"')
    assert mistake_in(file) == f"{file}: clipbord is no setting. Did you mean clipboard?"


def test_an_unknown_setting_is_told_which_there_are(write: Write) -> None:
    assert "paint is no setting. There are: database, databases, theme," in mistake_in(write("paint = 1"))
    assert "databases.live.paint is no setting. There are: url, mask," in mistake_in(
        write(f'[databases.live]\nurl = "a"\npaint = "{SECRET}"')
    )
    assert "databases.live.password is no setting. Did you mean password_command?" in mistake_in(
        write(f'[databases.live]\nurl = "a"\npassword = "{SECRET}"')
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (f'clipboard = "{SECRET}"', "clipboard must be 'auto', 'native', 'osc52', 'tmux' or 'off'."),
        (f'time_zone = "{SECRET}"', "time_zone must be UTC, local, or an IANA name such as Europe/Berlin."),
        (f'time_zone = "{"a/" * 3_000}b"', "time_zone must be UTC, local, or an IANA name such as Europe/Berlin."),
        (f'link_template = "https://a.example/{SECRET}"', "link_template must hold {id}, the place of the event's id."),
        (
            f'link_template = "https://u:{SECRET}@a.example/{{id}}"',
            "link_template must not hold a user name or password.",
        ),
        ("database = 7", 'database must be a text, such as "…".'),
        ('theme = ""', 'theme must be a text, such as "…".'),
        (f'[database]\nlive = "{SECRET}"', 'database must be a text, such as "…".'),
        (f'databases = "{SECRET}"', 'databases must be a table: [databases.NAME] with url = "…".'),
        (f'[databases]\nlive = "{SECRET}"', "databases.live must be a table"),
        ("[databases.live]", "databases.live.url is missing."),
        ("[databases.live]\nurl = 7", 'databases.live.url must be a text, such as "…".'),
        (
            f'[databases.live]\nurl = "activity.db"\npassword_command = "echo {SECRET}"',
            "databases.live has a password_command, but its url is a file, which takes no password.",
        ),
        (MAPPED.replace("audit", "a.b.c"), "table must be the name of a table, or schema.table."),
        (MAPPED.replace('id = "id"', ""), "databases.live has a mapping that cannot be read: columns.id is missing."),
        (MAPPED + "evnt = 1", "columns.evnt is no field of an event."),
        (MAPPED + 'trace_id = "a..b"', "columns.trace_id cannot be read as a name: A key is missing in the path."),
        (MAPPED + "trace_id = 7", "columns.trace_id must be the name of a column, a path such as"),
        (MAPPED.replace('id = "id"', 'id = "payload.id"'), "id must be a column: what lies in a JSON document has no"),
        (MAPPED.replace("iso", "weeks"), "time_unit must be 'iso', 's', 'ms', 'us' or 'ns'."),
        (MAPPED.replace("UTC", "Mars"), "time_zone must be UTC or an IANA name such as Europe/Berlin."),
        (MAPPED.replace("UTC", "a/" * 3_000 + "b"), "time_zone must be UTC or an IANA name such as Europe/Berlin."),
        ('[databases.live]\nurl = "a"\ntable = "audit"', "cannot be read: columns is missing."),
        ('[databases.demo]\nurl = "a"', "databases must not define demo"),
        ('[databases."a/b"]\nurl = "a"', "databases must have names without"),
        ('"\\u001b[31m" = 1', "\\x1b[31m is no setting."),
        (f'theme = "dark"\ndatabase = {SECRET}', "is not TOML at line 2, column 12."),
        (f'database = "{SECRET}', "is not TOML at"),
        ("a = " + "[" * 100_000, "is nested too deeply."),
        ("a = " + "9" * 5_000, "is not TOML at some place."),
        ("#" * 1_000_001, "is too long for a settings file."),
    ],
)
def test_a_mistake_names_the_file_the_key_and_what_is_allowed(write: Write, content: str, sentence: str) -> None:
    file = write(content)
    message = mistake_in(file)
    assert message.startswith(f"{file}: ")
    assert sentence in message


def test_a_mistake_in_a_variable_or_an_option_names_it() -> None:
    assert mistake_in(None, ACTIVITY_CLIPBOARD=SECRET).startswith("ACTIVITY_CLIPBOARD: clipboard must be 'auto'")
    with pytest.raises(SettingsMistake, match=r"^--time-zone: time_zone must be UTC"):
        load_settings({}, command_line={"time_zone": "Mars"})


def test_a_file_that_was_named_must_be_readable(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.toml"
    assert mistake_in(None, ACTIVITY_SETTINGS=str(missing)) == f"{missing}: there is no such settings file."
    assert mistake_in(tmp_path) == f"{tmp_path}: cannot be read: Is a directory."
    (tmp_path / "latin.toml").write_bytes(b'theme = "\xe4"')
    assert mistake_in(tmp_path / "latin.toml").endswith("is not UTF-8 text.")


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.dictionaries(st.text(), st.text()), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_content_is_settings_or_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, object]
) -> None:
    file = tmp_path / "settings.toml"
    file.touch()
    monkeypatch.setattr(tomllib, "loads", lambda text: dict(values))
    try:
        load_settings({}, file)
    except SettingsMistake as mistake:
        assert str(mistake).isprintable()


def test_the_database_is_the_named_one_then_the_variables_then_the_files(write: Write) -> None:
    file = write('database = "live"\n[databases.live]\nurl = "postgresql://u:hunter2@db.example/log"')
    loaded = load_settings({}, file)
    assert loaded.address(None) == loaded.address("live") == f"postgresql://u:{SECRET}@db.example/log"
    assert loaded.address("./live") == "./live"
    assert loaded.address("demo") == "demo"
    assert load_settings({"ACTIVITY_DATABASE": "other.db"}, file).address(None) == "other.db"
    assert load_settings({"ACTIVITY_DATABASE": "\udcff.db"}, file).address(None) == "\udcff.db"


def test_without_a_database_the_advice_says_how_to_name_one() -> None:
    with pytest.raises(StoreError) as raised:
        Settings().address(None)
    assert str(raised.value) == "No database is named."
    for way in ("command line", "ACTIVITY_DATABASE", "settings file", "activity demo"):
        assert way in raised.value.advice


def test_what_may_hold_a_password_does_not_show(write: Write) -> None:
    loaded = load_settings({}, write(f'database = "{SECRET}"\n[databases.live]\nurl = "{SECRET}"'))
    assert SECRET not in repr(loaded) + str(loaded) + pretty_repr(loaded)


def test_the_zone_is_the_one_that_is_named() -> None:
    assert isinstance(Settings().zone, LocalZone)
    assert Settings(time_zone="UTC").zone is UTC
    assert Settings(time_zone="Europe/Berlin").zone == ZoneInfo("Europe/Berlin")


def test_settings_are_read_without_loading_textual_or_a_database() -> None:
    code = (
        "import sys; from explorer.settings import load_settings; load_settings({})\n"
        "print({'textual', 'sqlalchemy', 'pydantic'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.skipif(os.name == "nt", reason="files have no such permissions")
@pytest.mark.parametrize(
    ("content", "mode", "is_said"),
    [
        ('database = "postgresql://reader:hunter2@db/audit"', 0o644, True),
        ('[databases.replica]\nurl = "postgresql://reader@db/audit?password=hunter2"', 0o640, True),
        ('database = "postgresql://reader:hunter2@db/audit"', 0o600, False),
        ('database = "postgresql://reader@db/audit"\n[databases.local]\nurl = "log.db"', 0o644, False),
        ('database = 1\ndatabases = "hunter2"', 0o644, False),
        ("no toml", 0o644, False),
    ],
)
def test_a_password_that_others_can_read_is_warned_of_without_showing_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    mode: int,
    is_said: bool,
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(content)
    file.chmod(mode)
    monkeypatch.setenv("ACTIVITY_SETTINGS", str(file))
    main(["count", "--database", str(tmp_path / "none.db")])
    said = capsys.readouterr().err
    assert (f"Others can read the password in {file}" in said) == is_said
    assert "hunter2" not in said
