# SPDX-License-Identifier: MIT
# GLib's installed tests (libglib2.0-tests): sockets, D-Bus with descriptors passed, children,
# streams and main loops.  A part is a test program.

glib() {
	local folder=/usr/libexec/installed-tests/glib
	export G_TEST_SRCDIR=$folder G_TEST_BUILDDIR=$folder
	program "$folder/$1" --tap | tee -a /dev/stderr | convert tap
}

suite glib 540 "socket gdbus-proxy gsubprocess" glib \
	socket socket-address socket-listener socket-service network-address network-monitor-race \
	resolver-parsing proxy-test pollable io-stream io-channel io-channel-basic unix-fd \
	unix-streams unix stream-rw_all async-splice-output-stream async-close-output-stream \
	gsubprocess spawn-multithreaded spawn-singlethread spawn-test spawn-path-search mainloop \
	task thread-pool credentials gdbus-auth gdbus-addresses gdbus-address-get-session \
	gdbus-bz627724 gdbus-close-pending gdbus-connection gdbus-connection-flush \
	gdbus-connection-loss gdbus-error gdbus-exit-on-close gdbus-export gdbus-message \
	gdbus-method-invocation gdbus-names gdbus-non-socket gdbus-overflow gdbus-peer \
	gdbus-peer-object-manager gdbus-proxy gdbus-proxy-threads gdbus-proxy-unique-name \
	gdbus-proxy-well-known-name gdbus-server-auth gdbus-subscribe gdbus-threading \
	tls-certificate tls-interaction gapplication
