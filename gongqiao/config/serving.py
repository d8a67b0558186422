"""Settings of gunicorn (`-c python:gongqiao.config.serving`), which turns away what no view of ours would see.

A request line longer than this is answered by gunicorn itself, in HTML; its own 4,094 letters are fewer than an address
of the API with every parameter at its longest, percent-encoded. 8,190 is the most that gunicorn bounds.
"""

limit_request_line = 8190
