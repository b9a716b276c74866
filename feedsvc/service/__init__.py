"""Decides when and where everything runs: wiring, schedule, processes, and the commands in `cli/`.

`feedsvc serve` starts in this order:

1. The command (`cli.main`) starts a serving process, which loads its modules while the configuration is read
   (`early_start`). It blocks SIGTERM, SIGINT and SIGHUP, loads config.toml, opens the listening socket, writes the
   settings to a file without a name, prints the address, passes both to that process, and replaces itself by the
   supervisor. If the service cannot start, it kills that process.
2. The supervisor adopts that process, starts the other serving processes, which inherit those descriptors, and handles
   the signals that arrived in the meantime. Once a serving process has loaded its modules, or after a second, it starts
   the publishing process.
3. A serving process follows the store, and answers requests for documents under granian. Then it loads the rest: Flask,
   the templates, the console. Requests that need these earlier, such as `/-/health`, wait for about half a second; a
   process that replaces another one loads the rest first. Until there is a first Edition, a few requests for documents
   wait, and others get 503.
4. If [push] names hubs, or turns on the service's own, the supervisor starts the push process too. It waits for the
   store, and delivers to hubs and subscribers according to the outbox in the store.
5. The publishing process waits for a usable store and for the lease. Then a session begins: the lease is renewed,
   requests of operators are polled, the clock and the articles folder are watched, and the scheduler requests
   publications, the first one at once.

6. If the configuration has `[[publish]]`, the delivery process writes each new Edition to these destinations, each in
   its own thread. With `[server] publish = false` there is neither a publishing nor a delivery process.
7. If it has `[[purge]]`, the purge process purges from caches what each Edition has changed, once the service, or the
   destination behind the cache, has the Edition.
8. If it has `[[alerts]]` or `[alive]`, the alarm process reads the state of the store and the disk every five seconds,
   and sends alarms. It keeps the state of the alarms in the store, and depends on none of the other processes.

While it runs:

- A child that ends is restarted; one that sends no heartbeat is killed and restarted.
- A session ends when the lease is lost, or the store was replaced or damaged; the publishing process begins the next
  one. It ends itself when a publication hangs.
- The publisher wakes the serving processes after each new Edition, by a notice in the state folder. They also check at
  regular intervals.
- SIGHUP: the configuration is read again in a separate process. If it can be used, all children are replaced; a serving
  process ends when its successor is ready.
- Children end at once when their supervisor is gone. Whatever is killed, SQLite undoes what was not committed.

SIGTERM and SIGINT end it in this order: the supervisor passes SIGTERM on to all children at the same time. Serving
processes finish their requests; the publishing process finishes its publication (within at most 6 s), releases the
lease and closes the store; the push process stores the outcomes that have arrived. A process that has not ended in time
(serving 3 s; publishing 8 s; delivery, purge, push, alarm and following 4 s) is killed. The exit code is 0.
"""
