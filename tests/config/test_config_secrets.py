"""A secret in the environment that no request can carry is an error of the configuration, and is not shown."""

from pathlib import Path

import pytest
from config_sample import SITE

from feedsvc.config import Config, ConfigError, load
from feedsvc.push.caches import SERVICES
from feedsvc.service.available_caches import cache_needs

ODD = b"s3cret \xff".decode("utf-8", "surrogateescape")
BUCKET = '[[publish]]\nto = "s3://mere-news/site"\n'
ARTICLES = '[articles]\npath = "s3://mere-news/articles"\n'
ALERTS = '[[alerts]]\nto = "https://hooks.example/x"\n'
MAIL = '[smtp]\nhost = "mail.example"\nuser = "desk"\nsender = "desk@a.example"\n'


def cache(service: str) -> str:
    return f'[[purge]]\nservice = "{service}"\nid = "x"\nurl = "http://cache.example"\n'


def read(folder: Path, text: str, **environment: str) -> Config:
    file = folder / "config.toml"
    file.write_text(SITE + text, encoding="utf-8")
    return load(file, load_caches=cache_needs, environment=environment)


@pytest.mark.parametrize(
    ("text", "key", "variables"),
    [
        (BUCKET, "publish[0].to", ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION")),
        (ARTICLES, "articles.path", ("AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL")),
        *((cache(name), "purge[0].service", (*each.secrets, *each.options)) for name, each in SERVICES.items()),
        (ALERTS, "alerts[0].to", ("FEEDSVC_ALERTS_SECRET",)),
        (MAIL, "smtp.user", ("FEEDSVC_SMTP_PASSWORD",)),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_the_name_of_the_variable(
    tmp_path: Path, text: str, key: str, variables: tuple[str, ...]
) -> None:
    for variable in variables:
        with pytest.raises(ConfigError) as caught:
            read(tmp_path, text, **{variable: ODD})
        [problem] = caught.value.problems
        assert problem.place.endswith(f": {key}")
        assert problem.reason.startswith(f"{variable} in the environment has bytes that are not UTF-8")
        assert problem.remedy == f"set {variable} again, without them"
        assert "s3cret" not in str(caught.value)
        assert read(tmp_path, text, **{variable: "s3cret é"})


def test_each_variable_is_told_once_and_only_where_it_is_needed(tmp_path: Path) -> None:
    odd = {"AWS_ACCESS_KEY_ID": ODD, "AWS_SECRET_ACCESS_KEY": ODD, "FASTLY_API_TOKEN": ODD, "HOME": ODD}
    assert read(tmp_path, "", **odd)
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, BUCKET + ALERTS + cache("cloudfront"), **odd)
    assert [each.reason.split()[0] for each in caught.value.problems] == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]


def test_the_process_s_own_environment_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text(SITE + BUCKET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", ODD)
    with pytest.raises(ConfigError, match="AWS_SESSION_TOKEN"):
        load(tmp_path / "config.toml")
