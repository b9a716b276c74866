"""A problem says where, what and what to do, and can always be stored."""

from feedsvc.model.problem import Problem


def test_a_problem_reads_as_place_reason_and_remedy() -> None:
    assert str(Problem(place="a.md", reason="is bad", remedy="mend it")) == "a.md: is bad (mend it)"
    assert str(Problem(place="a.md", reason="is odd", warning=True)) == "a.md: warning: is odd"


def test_the_text_of_a_problem_is_one_legal_line_each() -> None:
    problem = Problem(place="a\udcff.md", reason="line 1\nline 2\0", remedy=" mend\u00a0 it ")
    assert (problem.place, problem.reason, problem.remedy) == ("a.md", "line 1 line 2", "mend it")
