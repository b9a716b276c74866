"""A folder can equal a bucket but for keys that no file can have; these are named, and everything else is there."""

import pytest

from feedsvc.library.mirror_plan import ListedObject, MirrorPlan, plan_mirror


def plan(*objects: tuple[str, int], files: dict[str, int] | None = None) -> MirrorPlan:
    listed = [ListedObject(key, size, f"{size} e") for key, size in objects]
    marks = {key: f"{size} e" for key, size in (files or {}).items()}
    return plan_mirror(listed, marks, files or {})


def test_what_is_there_stays_what_differs_comes_and_what_is_gone_goes() -> None:
    made = plan(("same", 1), ("longer", 2), ("new.md", 3), files={"same": 1, "longer": 1, "gone": 1})
    assert made == MirrorPlan(("longer", "new.md"), ("gone",), ())


def test_what_has_another_stamp_comes_though_it_is_as_long() -> None:
    assert plan_mirror([ListedObject("a.md", 1, "1 new")], {"a.md": "1 old"}, {"a.md": 1}).copied == ("a.md",)
    assert plan_mirror([ListedObject("a.md", 1, "1 new")], {}, {"a.md": 1}).copied == ("a.md",)


@pytest.mark.parametrize(
    "key", ["../x.md", "a/../x.md", "/x.md", "a//x.md", "./x.md", "a/", "x\0.md", "x\n.md", "é" * 128, ".feedsvc/x.md"]
)
def test_a_key_that_is_no_safe_path_is_named_and_never_written(key: str) -> None:
    made = plan((key, 1), ("a.md", 1), files={"a.md": 1})
    assert (made.copied, made.removed) == ((), ())
    (problem,) = made.problems
    assert "rename" in problem.remedy


@pytest.mark.parametrize("key", ["a b+c.md", "новости/мир.md", "..a/x..md", "a\\b.md", ".x/x.md", "news/.feedsvc/x.md"])
def test_any_other_key_is_a_file(key: str) -> None:
    assert plan((key, 1)) == MirrorPlan((key,), (), ())


def test_of_a_key_that_is_a_file_and_a_folder_the_folder_is_taken() -> None:
    made = plan(("news", 1), ("news/eu", 1), ("news/eu/fish.md", 1))
    assert made.copied == ("news/eu/fish.md",)
    assert [each.place for each in made.problems] == ["news", "news/eu"]


def test_objects_that_only_show_folders_are_no_files() -> None:
    made = plan(("", 0), ("news", 0), ("news/eu", 0), ("news/x.md", 1), ("empty.md", 0))
    assert made == MirrorPlan(("empty.md", "news/x.md"), (), ())


@pytest.mark.parametrize("sizes", [(0, 1), (1, 0)])
def test_a_file_and_a_folder_marker_of_one_name_are_listed_alike(sizes: tuple[int, int]) -> None:
    assert plan(*(("README", size) for size in sizes), files={"README": 1}) == MirrorPlan((), (), ())
