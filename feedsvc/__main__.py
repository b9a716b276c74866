"""`python -m feedsvc` is the command `feedsvc`."""

from feedsvc.service.cli.main import main

main()
