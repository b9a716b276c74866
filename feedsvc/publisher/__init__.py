"""From the ledger to an Edition.

`publisher` starts a publication, and `steps` takes it through these, with data between them:

    changes             which sections, feeds and articles changed      -> Changes
    feeds               what a feed holds (window, withdrawals, rules)  -> Feed, by articles and channels
    section_documents,
    archives,
    custom_feeds        a Feed in each of its formats (render, paging)  -> FeedRecord
    article_pages,
    listings,
    media_documents     pages, lists and files
    removal             what is gone
    records             what the next publication has to know

All of them write by `output` and `writer`. `explain` and `preflight` build the same feeds, and write nothing.
"""
