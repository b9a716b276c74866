"""feedsvc: stored articles in, section feeds out, on a schedule."""
