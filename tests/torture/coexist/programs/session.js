// SPDX-License-Identifier: MIT
// Streams, an agent that keeps connections alive, a reset, a refusal and a child, as node has them.
"use strict";
const http = require("http"), net = require("net");
const { execFileSync } = require("child_process");

function get(agent, port) {
	return new Promise((resolve) => http.get({ agent, port, host: "127.0.0.1" }, (r) => {
		let n = 0;
		r.on("data", (d) => n += d.length).on("end", () => resolve(r.statusCode + " " + n));
	}));
}

function failure(port) {
	return new Promise((resolve) => net.connect(port, "127.0.0.1").on("error", (e) => resolve(e.code)));
}

const server = http.createServer((q, r) => r.end("x".repeat(200000))).listen(0, "127.0.0.1", async () => {
	const port = server.address().port, agent = new http.Agent({ keepAlive: true });
	for (let i = 0; i < 3; i++)
		console.log(await get(agent, port));
	agent.destroy();
	server.close();
	const rude = net.createServer((s) => s.resetAndDestroy()).listen(0, "127.0.0.1", async () => {
		console.log(await failure(rude.address().port));
		rude.close();
		console.log(await failure(1));
		console.log(execFileSync("cat", { input: "through a child" }).toString());
	});
});
