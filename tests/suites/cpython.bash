# SPDX-License-Identifier: MIT
# CPython's own tests (libpython3.11-testsuite), with Debian's interpreter; a part is a test file.
# They may use the network, which is loopback alone: the socketserver tests ask for that leave.
# VSOCK tests are left out: they depend on the host's hypervisor.

cpython() {
	program /usr/bin/python3 -m test --junit-xml "$PWD/junit.xml" --timeout 240 -u network \
		-i '*VSOCK*' "$1" >&2
	convert junit junit.xml "test.$1."
}

suite cpython-socket 700 python3.11 cpython \
	test_socket test_timeout test_select test_selectors test_poll test_epoll
suite cpython-asyncio 2280 python3.11 cpython test_asyncio
suite cpython-ssl 280 python3.11 cpython test_ssl test_asyncore test_asynchat
suite cpython-servers 1150 python3.11 cpython test_socketserver test_httpservers test_httplib \
	test_ftplib test_smtplib test_smtpd test_poplib test_imaplib test_nntplib test_telnetlib \
	test_xmlrpc test_docxmlrpc test_urllib2_localnet test_wsgiref test_logging
suite cpython-processes 735 python3.11 cpython test_subprocess test_popen test_fork1 test_wait3 \
	test_wait4 test_pty test_posix test_os test_thread test_threadsignals
suite cpython-signal 90 python3.11 cpython test_signal test_eintr test_faulthandler
suite cpython-io 805 python3.11 cpython test_io test_fileio test_file test_file_eintr \
	test_fcntl test_mmap test_resource
suite cpython-multiprocessing 700 python3.11 cpython test_multiprocessing_fork \
	test_multiprocessing_spawn test_multiprocessing_forkserver test_multiprocessing_main_handling \
	test_concurrent_futures
quick cpython-socket cpython-ssl cpython-processes
