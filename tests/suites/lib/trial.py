# SPDX-License-Identifier: MIT
"""trial.py: what trial --reporter=verbose prints, on standard input, as "STATUS test" lines."""
import re
import sys

words = {"OK": "PASS", "SKIPPED": "SKIP", "FAIL": "FAIL", "ERROR": "ERROR", "TODO": "TODO",
         "SUCCESS!?!": "UNEXPECTED"}
module = klass = ""
for line in sys.stdin.buffer.read().decode("utf-8", "replace").splitlines():
    if found := re.match(r"(twisted\.[\w.]+)$", line):
        module = found[1]
    elif found := re.match(r"  (\w+)$", line):
        klass = found[1]
    elif found := re.match(r"    (\w+) \.\.\..*\[([A-Z!?]+)\]$", line):
        print(words.get(found[2], "ERROR"), f"{module}.{klass}.{found[1]}")
