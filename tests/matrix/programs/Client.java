// SPDX-License-Identifier: MIT
// A client in Java with a plain blocking Socket: one thread reads, a second one writes what lines
// on stdin ask for.  What it plays and says: client.h.

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

class Client {
	private static final List<String> ROLES = List.of(
		"idle", "inflight", "bulk", "heartbeat", "connect", "request", "reader", "writer");
	// Java has no errno: what its messages hold of it.
	private static final String[][] ERRNOS = {
		{"timed out", "ETIMEDOUT"},
		{"Connection reset", "ECONNRESET"},
		{"Broken pipe", "EPIPE"},
		{"No route to host", "EHOSTUNREACH"},
		{"Network is unreachable", "ENETUNREACH"},
		{"Connection refused", "ECONNREFUSED"},
		{"connection abort", "ECONNABORTED"},
	};

	private final String role;
	private final Socket socket = new Socket();
	private final AtomicBoolean asked = new AtomicBoolean();
	private long count;

	private Client(String role) {
		this.role = role;
	}

	private static void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	// Two threads may see the end: the first one says it.
	private synchronized void lastWord(String line) {
		if (role.equals("reader"))
			System.err.println("read=" + count);
		say(line);
		Runtime.getRuntime().halt(0);
	}

	private void end(IOException e, String call) {
		String text = String.valueOf(e.getMessage());

		for (String[] known : ERRNOS)
			if (text.contains(known[0]))
				lastWord("end " + known[1] + " " + call);
		System.err.println(e);
		lastWord("end ? " + call);
	}

	private void put(int bytes) {
		try {
			socket.getOutputStream().write(new byte[bytes]);
		} catch (IOException e) {
			end(e, "write");
		}
	}

	private int lineBytes() {
		switch (role) {
		case "inflight":
			return 100;
		case "heartbeat":
		case "request":
			return 10;
		default:
			return 0;
		}
	}

	private void lines() {
		try {
			for (int c; (c = System.in.read()) >= 0;) {
				if (c != '\n')
					continue;
				while (role.equals("bulk"))
					put(65536);
				asked.set(role.equals("request"));
				if (lineBytes() > 0)
					put(lineBytes());
			}
		} catch (IOException e) {
			System.err.println("stdin: " + e);
		}
	}

	private void read() {
		byte[] data = new byte[65536];

		try {
			InputStream in = socket.getInputStream();

			for (int n; (n = in.read(data)) >= 0;) {
				count += n;
				if (asked.getAndSet(false))
					say("answer");
			}
		} catch (IOException e) {
			end(e, "read");
		}
		lastWord("eof");
	}

	private void pace() throws InterruptedException {
		for (;; Thread.sleep(200))
			put(1000);
	}

	private void play(InetSocketAddress address) throws InterruptedException {
		boolean connects = role.equals("connect");

		if (connects)
			say("ready");
		try {
			socket.connect(address);
		} catch (IOException e) {
			end(e, "connect");
		}
		if (connects)
			lastWord("connected");
		say("ready");
		if (role.equals("writer"))
			pace();
		if (role.equals("bulk")) {
			lines();
			Thread.currentThread().join();
		}
		Thread lines = new Thread(this::lines);
		lines.setDaemon(true);
		lines.start();
		read();
	}

	public static void main(String[] args) throws InterruptedException {
		if (args.length == 1 && args[0].equals("--roles")) {
			ROLES.forEach(Client::say);
			return;
		}
		if (args.length != 3 || !ROLES.contains(args[2])) {
			System.err.println("usage: java HOST PORT ROLE, a ROLE of --roles");
			System.exit(2);
		}
		new Client(args[2]).play(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
	}
}
