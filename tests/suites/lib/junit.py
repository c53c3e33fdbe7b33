# SPDX-License-Identifier: MIT
"""junit.py FILE [PREFIX]: a JUnit report as "STATUS test" lines, PREFIX taken off the names.

Addresses in the names of parametrised tests are left out: they differ from run to run.
"""
import re
import sys
import xml.etree.ElementTree


def status(case):
    tags = {child.tag for child in case}
    if "failure" in tags:
        return "FAIL"
    if "error" in tags:
        return "ERROR"
    if "skipped" in tags or case.get("result") == "skipped" or case.get("status") == "notrun":
        return "SKIP"
    return "PASS"


def name(case):
    full = ".".join(filter(None, (case.get("classname"), case.get("name"))))
    return re.sub(r"0x[0-9a-f]{6,}", "0xN", full.replace("\n", " "))


prefix = sys.argv[2] if len(sys.argv) > 2 else ""
for case in xml.etree.ElementTree.parse(sys.argv[1]).iter("testcase"):
    print(status(case), name(case).removeprefix(prefix))
