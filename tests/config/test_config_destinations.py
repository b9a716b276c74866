"""`[[publish]] to` and `[articles] path`: a folder of its own, or a bucket and a prefix."""

from pathlib import Path

import pytest

from feedsvc.config import Config, ConfigError, load

HEAD = '[site]\ntitle = "Low Mere"\nurl = "https://mere.example"\n'


def read(folder: Path, *places: str) -> Config:
    file = folder / "config.toml"
    file.write_text(HEAD + "".join(f'[[publish]]\nto = "{place}"\n' for place in places), encoding="utf-8")
    return load(file)


def test_a_folder_is_relative_to_the_file(tmp_path: Path) -> None:
    settings = read(tmp_path, "public", "/srv/copy", "../beside")
    assert [table.to for table in settings.publish] == [f"{tmp_path}/public", "/srv/copy", f"{tmp_path.parent}/beside"]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("s3://mere-news", "s3://mere-news"),
        ("s3://mere.news/", "s3://mere.news"),
        ("s3://mere-news/site/a", "s3://mere-news/site/a"),
        ("s3://mere-news/site/", "s3://mere-news/site"),
    ],
)
def test_a_bucket_may_have_a_prefix(tmp_path: Path, given: str, taken: str) -> None:
    assert read(tmp_path, given).publish[0].to == taken


@pytest.mark.parametrize(
    "given",
    [
        *("s3://", "s3:///site", "s3://A/site", "s3://b/x", "s3://mere-news//x", "s3://mere-news/../x"),
        *("gs://mere-news", "https://mere.example/x", "S3://mere-news", "file:///srv", "", "   "),
        *("articles", "articles/public", ".", ".feedsvc/x", "./articles", "public/../articles"),
    ],
)
def test_what_cannot_be_one_is_refused_with_a_remedy(tmp_path: Path, given: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, given)
    assert "publish[0].to" in str(caught.value)
    assert 'write a folder, or "s3://' in str(caught.value) or "name a folder of its own" in str(caught.value)


@pytest.mark.parametrize(
    "places",
    [
        ("public", "public"),
        ("public", "public/inner"),
        ("s3://mere/a", "s3://mere/a"),
        ("s3://mere/a/b", "s3://mere/a"),
        ("p/../q", "q"),
    ],
)
def test_two_places_are_apart(tmp_path: Path, places: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="publish"):
        read(tmp_path, *places)


def test_places_move_no_published_byte(tmp_path: Path) -> None:
    assert read(tmp_path).digest() == read(tmp_path, "/srv/copy", "s3://mere-news").digest()


def articles(folder: Path, given: str, rest: str = "") -> Config:
    (folder / "config.toml").write_text(f'{HEAD}[articles]\npath = "{given}"\n{rest}', encoding="utf-8")
    return load(folder / "config.toml")


def test_articles_of_a_bucket_are_read_in_a_folder_below_the_state(tmp_path: Path) -> None:
    settings = articles(tmp_path, "s3://mere-news/desk/")
    assert settings.articles.bucket == "s3://mere-news/desk"
    assert settings.articles_folder == tmp_path / ".feedsvc/articles"
    assert settings.digest() == articles(tmp_path, "articles").digest()
    assert articles(tmp_path, "../desk:1").articles_folder == tmp_path / "../desk:1"
    assert articles(tmp_path, "desk").articles.bucket == ""


@pytest.mark.parametrize(
    "given", ["s3://", "s3://b/x", "s3://mere-news//x", "gs://mere-news", "https://mere.example/x"]
)
def test_articles_are_in_no_other_kind_of_store(tmp_path: Path, given: str) -> None:
    with pytest.raises(ConfigError, match=r'articles.path.*"s3://bucket/prefix"'):
        articles(tmp_path, given)


def test_an_edition_does_not_go_where_the_articles_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not apart from the articles"):
        articles(tmp_path, "s3://mere-news/desk", '[[publish]]\nto = "s3://mere-news"\n')
    assert articles(tmp_path, "s3://mere-news/desk", '[[publish]]\nto = "s3://mere-news/site"\n')
