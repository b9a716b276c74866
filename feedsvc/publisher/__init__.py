"""Publishes the ledger as an Edition.

`publisher` starts a publication, and `steps` runs these modules in order, passing values:

    changes             which sections, feeds and articles changed      -> Changes
    feeds               what a feed holds (window, withdrawals, rules)  -> Feed, by articles and channels
    section_documents,
    archives,
    custom_feeds        a Feed in each of its formats (render, paging)  -> FeedRecord
    article_pages,
    older_stories       pages as values (page_batches, page_jobs), made here or in other processes (page_maker,
                        page_workers)                               -> MadePage
    listings,
    media_documents     lists and files
    removal             documents that are no longer published
    records             data for the next publication

All of them write through `output` and `writer`. `explain` and `preflight` build the same feeds, and write nothing.
"""
