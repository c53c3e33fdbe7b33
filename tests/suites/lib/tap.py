# SPDX-License-Identifier: MIT
"""tap.py: TAP on standard input as "STATUS test" lines.

A plan that is missing or was not fulfilled is a test of its own, "plan".  Numbers that differ from
run to run (ports, addresses, temporary files, process ids) are left out of the names.
"""
import re
import sys


def status(failed, text):
    if re.search(r"#\s*skip", text, re.I):
        return "SKIP"
    if re.search(r"#\s*todo", text, re.I):
        return "TODO"
    return "FAIL" if failed else "PASS"


def name(number, text):
    text = re.sub(r"#.*", "", text)
    text = re.sub(r"[A-Za-z0-9]{40,}", "N", text)
    text = re.sub(r"0x[0-9a-f]+", "0xN", text)
    text = re.sub(r"tmp_[A-Z]+_[A-Z]+", "tmp_N", text)
    text = re.sub(r"\.\d{3,}\b", ".N", text)
    text = re.sub(r"(?<![0-9a-zA-Z.-])\d{4,}\b|(?<=_)\d{2,}\b", "N", text).strip(" -")
    return f"{number} {text}".strip() or "unnamed"


points, planned = 0, None
for line in sys.stdin.buffer.read().decode("utf-8", "replace").splitlines():
    point = re.match(r"(not )?ok\b\s*(\d*)\s*(.*)$", line)
    plan = re.match(r"1\.\.(\d+)\s*(#\s*skip.*)?", line, re.I)
    if point:
        points += 1
        print(status(point[1], point[3]), name(point[2], point[3])[:160])
    elif plan:
        planned = int(plan[1])
        if plan[2] or planned == 0:
            print("SKIP all")
    elif line.startswith("Bail out"):
        print("FAIL bail out")
if planned is None or planned not in (0, points):
    print("FAIL plan")
