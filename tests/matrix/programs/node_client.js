#!/usr/bin/node
// SPDX-License-Identifier: MIT
// A client in node.  What it plays and says: client.h.
'use strict';

const fs = require('fs');
const net = require('net');

const LINE_BYTES = {inflight: 100, heartbeat: 10, request: 10};
const ROLES =
	['idle', 'inflight', 'bulk', 'heartbeat', 'connect', 'request', 'reader', 'writer'];

// At once, whatever stdout is.
function say(line) {
	fs.writeSync(1, line + '\n');
}

function play(host, port, role) {
	// A writer reads nothing, and the end of what comes is not its own end.
	const socket = new net.Socket({allowHalfOpen: role === 'writer'});
	let asked = false;
	let count = 0;

	function lastWord(line) {
		if (role === 'reader')
			fs.writeSync(2, `read=${count}\n`);
		say(line);
		process.exit(0);
	}

	function flood() {
		while (socket.write(Buffer.alloc(65536)))
			;
	}

	if (role === 'connect')
		say('ready');
	socket.on('error', (e) => lastWord(`end ${e.code} ${e.syscall}`));
	if (role !== 'writer') {
		socket.on('end', () => lastWord('eof'));
		socket.on('data', (data) => {
			count += data.length;
			if (asked)
				say('answer');
			asked = false;
		});
	}
	socket.connect(port, host, () => {
		if (role === 'connect')
			lastWord('connected');
		say('ready');
		if (role === 'writer')
			setInterval(() => socket.write(Buffer.alloc(1000)), 200);
	});
	process.stdin.on('data', (text) => {
		const lines = text.toString().split('\n').length - 1;

		if (lines && role === 'bulk' && !socket.listenerCount('drain')) {
			socket.on('drain', flood);
			flood();
		} else if (lines && LINE_BYTES[role]) {
			asked = role === 'request';
			socket.write(Buffer.alloc(lines * LINE_BYTES[role]));
		}
	});
}

const args = process.argv.slice(2);

if (args.length === 1 && args[0] === '--roles') {
	say(ROLES.join('\n'));
} else if (args.length !== 3 || !ROLES.includes(args[2])) {
	console.error('usage: node HOST PORT ROLE, a ROLE of --roles');
	process.exitCode = 2;
} else {
	play(args[0], Number(args[1]), args[2]);
}
