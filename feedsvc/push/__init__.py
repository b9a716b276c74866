"""Notifies hubs and subscribers of new Editions (WebSub).

    announcement        the topics that an Edition changed  -> tasks, within the publication's own transaction
    hub                 a request for a subscription        -> a task to verify it, or a refusal
    loop                tasks that are due                  -> requests, by adapters -> their outcome, and the log

Adapters (`pings`, `deliveries`, `verifications`, `denials`) make the request for one kind of task, and settle the task
by the answer. `retry`, `clock_steps` and `outcome` decide, and know neither the store nor a clock.
`client` sends a request to one address that `guard` has accepted. The tables are `store.push_schema`.
"""
