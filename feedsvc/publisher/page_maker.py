"""Makes the pages of articles and of older stories from values alone."""

from collections.abc import Callable

from feedsvc import pages
from feedsvc.model.article import Article
from feedsvc.model.document import Document
from feedsvc.model.plan import Plan
from feedsvc.model.urls import article_folder, article_page_path
from feedsvc.publisher import render
from feedsvc.publisher.articles import ArticleBuilder, KeptArticles
from feedsvc.publisher.page_jobs import NO_PAGE, ArticlePage, MadePage, OlderPage, PageBatch
from feedsvc.store.entries import SectionEntry


class PageMaker:
    """Makes pages by `plan`, in this process. `kept` caches the articles; None where each is shown once."""

    def __init__(self, plan: Plan, kept: KeptArticles | None) -> None:
        self.plan = plan
        self._kept = kept

    def make_batch(self, batch: PageBatch) -> list[MadePage]:
        """The pages of `batch`, in its order. Raises NotAsWritten."""
        builder = ArticleBuilder(self.plan, _Sections(batch.sections), self._kept, proves=batch.proves)
        # All articles first, which is faster than in turns: the rendering code stays in the processor's cache.
        built = [(job, _built(job, builder)) for job in batch.jobs]
        return [self._page(batch, job, articles) for job, articles in built]

    def _page(self, batch: PageBatch, job: ArticlePage | OlderPage, articles: tuple[Article, ...]) -> MadePage:
        if isinstance(job, OlderPage):
            return _older_page(batch.site, job, articles)
        return _article_page(batch, articles[0], self.plan.defaults.interval)


class _Sections(dict[str, SectionEntry | None]):
    """The sections of one batch; implements PublishedSections."""

    def entry(self, path: str) -> SectionEntry | None:
        return self[path]


def _built(job: ArticlePage | OlderPage, builder: ArticleBuilder) -> tuple[Article, ...]:
    if isinstance(job, OlderPage):
        return tuple(map(builder.without_text, job.entries))
    return (builder.article(job.entry),)


def _article_page(batch: PageBatch, article: Article, max_age: int) -> MadePage:
    if not (path := article_page_path(article)):
        return NO_PAGE
    first = article.section_paths[0][-1].path if article.section_paths else ""

    def make() -> bytes:
        return pages.article(pages.frame(batch.site, *batch.frames[first]), article)

    return _made(path, max_age, make, article_folder(article.key))


def _older_page(site: pages.Site, job: OlderPage, articles: tuple[Article, ...]) -> MadePage:
    def make() -> bytes:
        return pages.older_stories(site, job.trail, job.url, articles, job.around)

    return _made(job.path, job.max_age, make, job.path)


def _made(path: str, max_age: int, make: Callable[[], bytes], place: str) -> MadePage:
    body, problem = render.page(path, make, place)
    if body is None:
        return MadePage(path, None, problem)
    return MadePage(path, Document(path=path, type=pages.TYPE, body=body, max_age=max_age, on_demand=True), None)
