"""Long work says from time to time how far it is."""

from feedsvc.model.progress import log_progress


def test_what_takes_long_tells_from_time_to_time_how_far_it_is() -> None:
    said: list[str] = []
    seconds = iter([0, *range(25), 31])
    report = log_progress(said.append, lambda: next(seconds))
    for second in range(25):
        report("files read", 1000 * second, 0)
    report("files read", 7, 1200)
    assert said == ["10,000 files read so far", "20,000 files read so far", "7 of 1,200 files read"]
