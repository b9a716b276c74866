"""Warnings about sections that are probably mistakes: misspelt ones, and selections of sections that do not exist."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from feedsvc.model.plan import FeedPlan, Plan
from feedsvc.model.problem import Problem
from feedsvc.publisher.section_tree import planned_sections
from feedsvc.store import memberships
from feedsvc.store.problems import problems_of, replace_problems
from feedsvc.store.transaction import Transaction

_ORIGIN = "sections that cannot be meant"
SHORTEST = 4
"""Minimum letters of a name that may be misspelt: too many shorter ones are similar."""


def are_stale(transaction: Transaction, changed: Collection[str]) -> bool:
    """True if a section of `changed`, in which articles came or went, has a warning."""
    return any(f" {section} " in problem.reason for problem in problems_of(transaction, _ORIGIN) for section in changed)


def write_warnings(transaction: Transaction, plan: Plan, published: Collection[str], now: int) -> None:
    """Updates the warnings to the `published` sections, as of `now` (seconds)."""
    named = {*plan.sections, *planned_sections(plan)}
    pairs = misspelt_pairs(path for path in published if path)
    found = [*selection_warnings(plan.feeds, published), *_single_articles(transaction, pairs, named, now)]
    replace_problems(transaction, _ORIGIN, found)


def selection_warnings(feeds: Iterable[FeedPlan], published: Collection[str]) -> Iterator[Problem]:
    """A warning for each section that a feed selects or leaves out, and that does not exist."""
    for feed in feeds:
        for word, sections in (("selects", feed.selection.sections), ("leaves out", feed.selection.without_sections)):
            for section in sections:
                if section not in published:
                    reason = f"it {word} the section {section}, which no article names"
                    yield Problem(place=feed.path, reason=reason, remedy=_remedy(section, published), warning=True)


def _remedy(section: str, published: Collection[str]) -> str:
    near = nearest(section, published)
    return f"did you mean `{near}`?" if near else "correct it in config.toml, unless such an article is still to come"


def nearest(section: str, published: Collection[str]) -> str:
    """The one of `published` that `section` may be a misspelling of, or the end of; empty if there is none."""
    ends = sorted(path for path in published if path.endswith(f"/{section}"))
    near = (path for path in sorted(published) if path and is_misspelt(section, path))
    return next(near, ends[0] if ends else "")


def misspelt_pairs(sections: Iterable[str]) -> dict[str, set[str]]:
    """The siblings of each section that differ from it by one typing error."""
    by_shortened: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for section in sections:
        above, _, name = section.rpartition("/")
        if len(name) >= SHORTEST:
            for key in {name, *(name[:place] + name[place + 1 :] for place in range(len(name)))}:
                by_shortened[above, key].append(section)
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for alike in by_shortened.values():
        for one in alike if len(alike) > 1 else ():
            pairs[one].update(other for other in alike if other != one and is_misspelt(one, other))
    return {section: others for section, others in pairs.items() if others}


def is_misspelt(one: str, other: str) -> bool:
    """True if `one` becomes `other` by one letter inserted, deleted or replaced, or two letters swapped. Digits never
    count as misspelt: `round-1` and `round-2` are both intended."""
    if one == other or min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    start = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    first = min(len(one), len(other)) if start is None else start
    rests = _without_common_end(one[first:], other[first:])
    is_swap = len(rests[0]) == len(rests[1]) == 2 and rests[0] == rests[1][::-1]
    is_slip = max(map(len, rests)) == 1 or is_swap
    return is_slip and not any(letter.isdigit() or letter == "/" for rest in rests for letter in rest)


def _without_common_end(one: str, other: str) -> tuple[str, str]:
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other


def _single_articles(
    transaction: Transaction, pairs: Mapping[str, set[str]], named: Collection[str], now: int
) -> Iterator[Problem]:
    """A warning for the one article of a section that no configuration names, beside a section with more."""
    for section in sorted(pairs.keys() - named):
        files = memberships.some_files(transaction, section, now, 2)
        if len(files) != 1:
            continue
        fuller = [each for each in sorted(pairs[section]) if len(memberships.some_files(transaction, each, now, 2)) > 1]
        if fuller:
            yield Problem(
                place=files[0],
                reason=f"it is the only article in the section {section} that is published",
                remedy=f"did you mean `{fuller[0]}`? If not, name the section in config.toml: [[sections]] path",
                warning=True,
            )
