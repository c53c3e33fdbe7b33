# SPDX-License-Identifier: MIT
# Tests that Debian's packages of Python libraries bring along, with Debian's interpreter.

# A part is a test module.
twisted() {
	program /usr/bin/python3 -m twisted.trial --reporter=verbose "$1" 2>&1 | tee -a /dev/stderr |
		convert trial
}

# A part is a package.  Left out are what pytest itself finds no tests in (Mixin), and tests of
# how the code is typed and documented.
with_pytest() {
	program /usr/bin/python3 -m pytest -q -p no:cacheprovider --junit-xml "$PWD/junit.xml" \
		-k "not Mixin and not static_tool and not test_class_signature" "${@:2}" --pyargs "$1" >&2
	convert junit junit.xml
}

tornado() {
	with_pytest "$1" -p no:trio
}

suite twisted 2980 python3.11 twisted twisted.internet twisted.protocols.test.test_basic \
	twisted.protocols.haproxy twisted.python.test.test_sendmsg twisted.test.test_tcp \
	twisted.test.test_unix twisted.test.test_udp twisted.test.test_ssl twisted.test.test_ftp \
	twisted.test.test_process twisted.test.test_stdio twisted.test.test_internet \
	twisted.web.test.test_http twisted.web.test.test_webclient twisted.web.test.test_agent \
	twisted.mail.test.test_smtp
suite tornado 1150 python3.11 tornado tornado.test
suite trio 620 python3.11 with_pytest trio
