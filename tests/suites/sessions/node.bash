# SPDX-License-Identifier: MIT
# node: its agent keeps connections, half-open sockets, workers that share a listener by passing
# it, children, TLS, HTTP/2, UDP, and the errors it sees.  A check prints nothing and exits 0.

js() {
	node -e "const assert = require('assert'), net = require('net'), http = require('http');
		process.on('unhandledRejection', e => { console.error(e); process.exit(1); });
		$1"
}

# Scripts that start themselves or each other again.
make_scripts() {
	cat >child.js <<'END'
process.on("message", (m, socket) => { socket.end("from the child"); process.disconnect(); });
END
	cat >cluster.js <<'END'
const cluster = require("cluster"), net = require("net");
if (cluster.isPrimary) {
	const workers = [cluster.fork(), cluster.fork()];
	let listening = 0, answers = 0;
	cluster.on("listening", () => { if (++listening == 2) connect(6); });
	function connect(left) {
		if (!left) {
			workers.forEach(w => w.kill());
			process.exitCode = answers == 6 ? 0 : 1;
		} else
			net.connect(8907, "127.0.0.1").on("data", () => answers++)
				.on("close", () => connect(left - 1));
	}
} else
	net.createServer(s => s.end("x")).listen(8907, "127.0.0.1");
END
}

make_files
make_scripts
make_certificate
web_server
check "ten downloads, kept connections" js '
	const agent = new http.Agent({ keepAlive: true, maxSockets: 3 });
	let bytes = 0, left = 10;
	for (let i = 0; i < 10; i++)
		http.get({ port: 8080, host: "127.0.0.1", path: "/big", agent }, r => {
			r.on("data", d => bytes += d.length);
			r.on("end", () => { if (--left == 0) { agent.destroy(); check(); } });
		});
	function check() { assert.equal(bytes, 50000000); }'
check "half-open" js '
	const server = net.createServer({ allowHalfOpen: true }, c => {
		let bytes = 0;
		c.on("data", d => bytes += d.length);
		c.on("end", () => c.end(String(bytes)));
	}).listen(0, "127.0.0.1", () => {
		const client = net.connect(server.address().port, "127.0.0.1");
		let answer = "";
		client.end(Buffer.alloc(3000000));
		client.on("data", d => answer += d);
		client.on("close", () => { server.close(); assert.equal(answer, "3000000"); });
	});'
check "refused" js '
	net.connect(1, "127.0.0.1").on("error", e => { assert.equal(e.code, "ECONNREFUSED"); });'
check "reset" js '
	const server = net.createServer(c => c.resetAndDestroy()).listen(0, "127.0.0.1", () => {
		const c = net.connect(server.address().port, "127.0.0.1", () => c.write("x"));
		c.on("error", e => { assert.equal(e.code, "ECONNRESET"); server.close(); });
	});'
check "writing to a closed peer" js '
	const server = net.createServer(c => c.destroy()).listen(0, "127.0.0.1", () => {
		const c = net.connect(server.address().port, "127.0.0.1");
		const timer = setInterval(() => c.write("x".repeat(1000)), 5);
		c.on("error", e => { assert(["EPIPE", "ECONNRESET"].includes(e.code)); });
		c.on("close", () => { clearInterval(timer); server.close(); });
	});'
check "workers share a listener" node cluster.js
check "a UNIX socket" js '
	const server = net.createServer(c => c.pipe(c)).listen("node.sock", () => {
		const c = net.connect("node.sock"); let bytes = 0;
		c.end(Buffer.alloc(2000000));
		c.on("data", d => bytes += d.length);
		c.on("close", () => { server.close(); assert.equal(bytes, 2000000); });
	});'
check "TLS" js '
	const tls = require("tls"), fs = require("fs");
	const pem = { key: fs.readFileSync("k.pem"), cert: fs.readFileSync("c.pem") };
	const server = tls.createServer(pem, c => c.pipe(c)).listen(0, "127.0.0.1", () => {
		const c = tls.connect(server.address().port, "127.0.0.1", { rejectUnauthorized: false });
		let bytes = 0;
		c.write(Buffer.alloc(2000000));
		c.on("data", d => { if ((bytes += d.length) == 2000000) c.end(); });
		c.on("close", () => { server.close(); assert.equal(bytes, 2000000); });
	});'
check "HTTP/2" js '
	const h2 = require("http2");
	const server = h2.createServer((q, r) => q.pipe(r)).listen(0, "127.0.0.1", () => {
		const client = h2.connect("http://127.0.0.1:" + server.address().port);
		const stream = client.request({ ":method": "POST" }); let bytes = 0;
		stream.on("data", d => bytes += d.length);
		stream.on("end", () => { client.close(); server.close(); assert.equal(bytes, 1000000); });
		stream.end(Buffer.alloc(1000000));
	});'
check "UDP" js '
	const s = require("dgram").createSocket("udp4"), c = require("dgram").createSocket("udp4");
	s.on("message", (m, from) => s.send(m, from.port, from.address));
	s.bind(0, "127.0.0.1", () => c.send("hello", s.address().port, "127.0.0.1"));
	c.on("message", m => { assert.equal(String(m), "hello"); s.close(); c.close(); });'
check "children, and pipes to them" js '
	const child = require("child_process").spawn("cat"); let bytes = 0;
	child.stdout.on("data", d => bytes += d.length);
	child.on("close", code => { assert.equal(code, 0); assert.equal(bytes, 1000000); });
	child.stdin.end(Buffer.alloc(1000000));'
check "a socket passed to a child" js '
	const { fork } = require("child_process");
	const child = fork("child.js");
	const server = net.createServer({ pauseOnConnect: true }, s => child.send("s", s));
	server.listen(0, "127.0.0.1", () => {
		let answer = "";
		net.connect(server.address().port, "127.0.0.1").on("data", d => answer += d)
			.on("close", () => { server.close(); assert.equal(answer, "from the child"); });
	});'
