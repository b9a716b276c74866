"""When and where everything runs: wiring, schedule, processes, and the commands in `cli/`.

`feedsvc serve` starts in this order:

1. The command (`cli.main`) blocks SIGTERM, SIGINT and SIGHUP, loads config.toml, opens the listening socket, writes
   the settings to a file without a name, prints the address, and replaces itself by the supervisor.
2. The supervisor starts N serving processes and the publishing process, which inherit those descriptors, and
   handles the signals that came meanwhile.
3. A serving process follows the store, and answers requests for documents under granian. Then it loads the rest: Flask,
   the templates, the console. Whoever asks for something of these before, as for `/-/health`, waits for it, half a
   second or so; a process that takes the place of another loads it first. Documents are waited for by a few readers,
   and are 503 for others, until there is a first Edition.
4. Where [push] names hubs, or has one, the supervisor starts the pushing process too. It waits for the store, and
   tells hubs and subscribers what the outbox in the store says.
5. The publishing process waits for a store that can be used and for the lease. Then a session begins: the lease is
   renewed, requests of operators are polled for, the clock and the articles folder are watched, and the scheduler
   publishes, first of all at once.

6. If the configuration has `[[publish]]`, the delivering process writes each new Edition to those places, each in a
   thread of its own. With `[server] publish = false` there is neither a publishing nor a delivering process.
7. If it has `[[purge]]`, the purging process tells caches what each Edition has changed, once the service, or that
   place, has it.
8. If it has `[[alerts]]` or `[alive]`, the alarming process looks at the store and the disk every five seconds, and
   tells of trouble. It keeps what stands in the store, and depends on none of the other processes.

While it runs:

- A child that ends is restarted; one that sends no heartbeat is killed and restarted.
- A session ends when the lease is lost, or the store was replaced or damaged; the publishing process begins the next
  one. It ends itself when a publication hangs.
- Who publishes a new Edition wakes those who serve, by a notice in the state folder. They also look by the clock.
- SIGHUP: the configuration is read again in a process of its own. If it can be used, all children are replaced; a
  serving process ends when its successor is ready.
- Children end at once when their supervisor is gone. Whatever is killed, SQLite undoes what was not committed.

SIGTERM and SIGINT end it in this order: the supervisor passes SIGTERM on to all children at the same time. Serving
processes finish the requests under way; the publishing process finishes its publication (for 6 s at most), gives the
lease back and closes the store; the pushing process writes down what has arrived. What has not ended in time (3 s, 8 s;
delivering, purging, pushing and alarming 4 s) is killed. The exit code is 0.
"""
