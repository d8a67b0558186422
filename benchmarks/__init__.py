"""Speed, memory and quality, each with the figure it must meet; what peers do is measured in the same run.

One module or package each, with `TITLE` and `run(quick: bool) -> Iterable[Row]`; `./run bench --list` names them.
"""
