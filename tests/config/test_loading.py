"""Settings: what is given counts; what is wrong is refused, with all it takes to correct it."""

from pathlib import Path

import pytest

from ivr.config.loading import (
    default_settings,
    load_settings,
    settings_root,
    write_default_settings,
)
from ivr.core.errors import ConfigError


def refusal(root: Path, content: str | bytes = "", **env: str) -> str:
    """Load what must be refused; the message."""
    (root / "hotline.toml").write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )
    with pytest.raises(ConfigError) as caught:
        load_settings(root, env)
    return str(caught.value)


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {"PATH": "/bin"}) == default_settings(tmp_path)


def test_variables_win_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text(
        '[web]\nport = 1234\nhost = "0.0.0.0"\n[speech]\nrecognizer = "whisper"\n'
    )
    settings = load_settings(tmp_path, {"IVR_WEB_PORT": "4321", "IVR_WEB_HOST": ""})
    assert settings.web.port == 4321
    assert settings.web.host == "0.0.0.0"  # noqa: S104
    assert settings.speech.recognizer == "whisper"


def test_paths_start_at_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "a folder" / "hotline"
    root.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    (root / "hotline.toml").write_text('[hotline]\ncompany = "../firma.toml"\nmodels_dir = "/m"\n')
    settings = load_settings(root.relative_to(tmp_path), {"IVR_HOTLINE_DATA_DIR": "~/data"})
    assert settings.hotline.company == tmp_path / "a folder" / "firma.toml"
    assert settings.hotline.models_dir == Path("/m")
    assert settings.hotline.data_dir == Path.home() / "data"
    assert settings.database == Path.home() / "data" / "hotline.sqlite"


def test_one_message_names_every_mistake(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        "[web]\nport = 70000\n[speech]\nrecogniser = 'x'\n[spech]\n"
        "[dialogue]\nfiller_after_s = nan\n",
        IVR_SPEECH_VOICE="siri",
        IVR_WEB_PROT="1",
    )
    file = tmp_path / "hotline.toml"
    assert f"{file}: [web] port = 70000 is wrong: allowed is a whole number from 1 to" in message
    assert f"{file}: [speech] has no setting recogniser; did you mean recognizer?" in message
    assert f"{file}: there is no table [spech]; did you mean speech?" in message
    assert "[dialogue] filler_after_s = NaN is wrong: allowed is a number from 0.5 to 5" in message
    assert 'environment: IVR_SPEECH_VOICE = "siri" is wrong: allowed is "auto", "piper"' in message
    assert "environment: IVR_WEB_PROT is no setting; did you mean IVR_WEB_PORT?" in message
    assert len(message.splitlines()) == 7


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[web]\nport = true", "port = true is wrong: allowed is a whole number"),
        ("[web]\nport = 80.5", "port = 80.5 is wrong"),
        ("[web]\nhost = 1", "host = 1 is wrong: allowed is a text"),
        ("[web]\nport = []", "port = [] is wrong"),
        ("[web]\nport = 1979-05-27", 'port = "1979-05-27" is wrong'),
        ("web = 1", "web must be a table, written [web]"),
        ("port = 1", "there is no setting port"),
        ("[[web]]\nport = 1", "web must be a table, written [web]"),
        ("[web]\nport = 5055", "must be different from each other"),
        ("[web]\nport = \nhost = ''", "at line 2"),
        (b"[web]\n# M\xfcller", "save it again as UTF-8"),
    ],
)
def test_each_kind_of_mistake_is_told_with_its_place(
    tmp_path: Path, content: str | bytes, told: str
) -> None:
    assert told in refusal(tmp_path, content)


@pytest.mark.parametrize("variable", ["IVR_NLU_TOKEN", "IVR_STORE_URL"])
def test_secrets_are_kept(tmp_path: Path, variable: str) -> None:
    settings = load_settings(tmp_path, {variable: "geheim"})
    assert "geheim" not in f"{settings!r} {settings}"
    message = refusal(tmp_path, "[web]\nport = 0\n", **{variable: "geheim"})
    assert "geheim" not in message


def test_a_secret_of_the_wrong_kind_is_not_shown(tmp_path: Path) -> None:
    message = refusal(tmp_path, "[nlu]\ntoken = 12345\ntokn = 'geheim'\n", IVR_NLU_TOKNE="geheim")
    assert "[nlu] token is wrong: allowed is a secret text" in message
    assert "12345" not in message
    assert "geheim" not in message


def test_the_default_file_changes_nothing_and_is_not_overwritten(tmp_path: Path) -> None:
    file = write_default_settings(tmp_path)
    assert file == tmp_path / "hotline.toml"
    assert load_settings(tmp_path, {}) == default_settings(tmp_path)
    file.write_text("[web]\nport = 1\n")
    assert write_default_settings(tmp_path) is None
    assert load_settings(tmp_path, {}).web.port == 1


def test_the_default_file_holds_with_every_comment_sign_taken_away(tmp_path: Path) -> None:
    file = write_default_settings(tmp_path)
    assert file
    lines = file.read_text(encoding="utf-8").splitlines()
    settings = [line.removeprefix("# ") for line in lines if " = " in line or line[:1] == "["]
    file.write_text("\n".join(line for line in settings if "IVR_" not in line))
    assert load_settings(tmp_path, {}) == default_settings(tmp_path)


def test_a_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_bytes(b"\xef\xbb\xbf[web]\r\nport = 4321\r\n")
    assert load_settings(tmp_path, {}).web.port == 4321


def test_the_home_is_the_one_named_then_the_current_folder_then_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = settings_root({})
    assert (program / "ivr" / "config").is_dir()
    write_default_settings(tmp_path)
    assert settings_root({}) == tmp_path
    assert settings_root({"IVR_HOME": str(program)}) == program
    assert load_settings(tmp_path, {"IVR_HOME": str(program)}) == default_settings(tmp_path)


SIPGATE = '[[sip.accounts]]\nname = "sipgate"\nuser = "1234567e0"\nserver = "sipgate.de"\n'


def test_accounts_are_a_list_of_tables(tmp_path: Path) -> None:
    (tmp_path / "hotline.toml").write_text(
        SIPGATE + 'password_file = "secret"\n' + SIPGATE.replace("sipgate", "box") + "port = 1\n"
    )
    with pytest.raises(
        ConfigError, match=r"\[\[sip.accounts\]\], table 2: there is no setting port"
    ):
        load_settings(tmp_path, {})
    (tmp_path / "hotline.toml").write_text(SIPGATE + 'password_file = "secret"\n')
    (account,) = load_settings(tmp_path, {}).sip.accounts
    assert account.password_file == tmp_path / "secret"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('name = "Sip Gate"', 'name = "Sip Gate" is wrong: allowed is a text'),
        ("max_calls = 0", "max_calls = 0 is wrong: allowed is a whole number from 1 to 256"),
        ('peers = ["everybody"]', "is wrong: allowed is a list of texts"),
        ('password_env = "IVR_X"', "password_env must not begin with IVR_"),
        ('nmae = "x"', "there is no setting nmae; did you mean name?"),
    ],
)
def test_what_is_wrong_in_an_account_is_named(tmp_path: Path, line: str, told: str) -> None:
    content = SIPGATE if not line.startswith("name") else SIPGATE.replace('name = "sipgate"\n', "")
    message = refusal(tmp_path, content + line + "\n")
    assert "[[sip.accounts]], table 1: " in message
    assert told in message


def test_a_list_is_given_in_a_variable_with_commas(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {"IVR_SIP_CODECS": "pcma, pcmu"})
    assert settings.sip.codecs == ("pcma", "pcmu")
    with pytest.raises(ConfigError, match='a list of "g722", "opus", "pcma" or "pcmu"'):
        load_settings(tmp_path, {"IVR_SIP_CODECS": "gsm"})
