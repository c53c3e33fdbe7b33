#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# peerless check: the options in force with their origin, and --explain against the kernel's own
# values.

bats_require_minimum_version 1.5.0
load helpers
load command

@test "check: options in force, each with its origin" {
	printf '%s\n' '[default]' 'keepalive = 30s/5s/3' 'recv-timeout = 9s' \
		'[program c*]' 'send-timeout = 8s' '[listen 80]' 'keepalive = off' >"$T/conf"
	PEERLESS_RECV_TIMEOUT=7s PEERLESS_CONFIG=$T/conf check --detect-within=20s \
		--rules='[peer 10.0.0.0/8:5432] on-death=exit:3' cat
	((status == 0))
	grep -qE "^  KEEPALIVE +30s/5s/3 +$T/conf:2$" <<<"$output"
	grep -qE "^  RECV_TIMEOUT +7s +PEERLESS_RECV_TIMEOUT$" <<<"$output"
	grep -qE "^  SEND_TIMEOUT +8s +$T/conf:5$" <<<"$output"
	grep -qE "^  DETECT_WITHIN +20s +--detect-within$" <<<"$output"
	grep -qE "^  SIGPIPE +auto +default$" <<<"$output"
	grep -qF "  [peer 10.0.0.0/8:5432] on-death=exit:3  (PEERLESS_RULES)" <<<"$output"
	grep -qF "  [listen 80] keepalive=off  ($T/conf:6)" <<<"$output"
	# Another program has another section; without CMD only the options are shown.
	PEERLESS_CONFIG=$T/conf check
	((status == 0))
	grep -qE "^  SEND_TIMEOUT +off +default$" <<<"$output"
	[[ $output != *verdict* ]]
}

@test "check: bad options are 2, as for run" {
	check --detect-within=5 cat
	((status == 2))
	shows --detect-within '"5"' unit
	check --explian 1.2.3.4:5
	((status == 2))
	shows "nearest is --explain"
}

@test "explain: the arithmetic of DETECT_WITHIN" {
	check --detect-within=20s --explain 10.1.2.3:5432
	((status == 0))
	grep -qE '^  TCP_KEEPIDLE +5 += 20s / 4' <<<"$output"
	grep -qE '^  TCP_KEEPINTVL +1 += 20s / 16' <<<"$output"
	grep -qE '^  TCP_KEEPCNT +15 += \(20s - 5s\) / 1s' <<<"$output"
	grep -qE '^  TCP_USER_TIMEOUT +20000 +until connected: = DETECT_WITHIN' <<<"$output"
	grep -qE '^  peer idle +within 20.0s +(= 5s \+ 15 probes x 1s|KEEPIDLE)' <<<"$output"
	grep -qE '^  connect +within 20.0s' <<<"$output"
	shows "none matches" "OVERRIDE=app"
	check --explain 10.1.2.3:5432
	grep -qE '^  TCP_KEEPIDLE +60 +the default 60s/5s/3' <<<"$output"
	check --keepalive=off --override=force --explain 10.1.2.3:5432
	grep -qE '^  SO_KEEPALIVE +- +left alone' <<<"$output"
	grep -qE '^  peer idle +no bound' <<<"$output"
	shows "OVERRIDE=force"
}

@test "explain: which rule wins" {
	local rules='[peer 10.0.0.0/8:5432] keepalive=9s/3s/2 [peer 10.0.0.0/8] keepalive=off
		[peer [::1]:80] keepalive=8s/3s/2 [listen 80] keepalive=7s/3s/2'
	check --rules="$rules" --explain 10.1.2.3:5432
	grep -qE '^rule +\[peer 10.0.0.0/8:5432\]  \(PEERLESS_RULES\)' <<<"$output"
	grep -qE '^  KEEPALIVE +9s/3s/2 +this rule$' <<<"$output"
	grep -qE '^  TCP_KEEPIDLE +9 +as KEEPALIVE says' <<<"$output"
	check --rules="$rules" --explain=10.1.2.3:80
	grep -qE '^rule +\[peer 10.0.0.0/8' <<<"$output"
	grep -qE '^  KEEPALIVE +off +this rule$' <<<"$output"
	check --rules="$rules" --explain '[::1]:80'
	grep -qE '^  TCP_KEEPIDLE +8 ' <<<"$output"
	check --rules="$rules" --explain listen:80
	grep -qE '^  TCP_KEEPIDLE +7 ' <<<"$output"
	[[ $output != *"until connected"* ]]
	check --rules="$rules" --explain 11.0.0.1:5432
	grep -qE '^rule +none matches' <<<"$output"
	check --explain localhost:80
	((status == 0))
	shows "connection  127.0.0.1:80"
}

@test "explain: a kernel without TCP_RTO_MAX_MS is told so" {
	check --detect-within=5s --explain 10.1.2.3:80
	if [[ $output == *"TCP_RTO_MAX_MS yes"* ]]; then
		grep -qE '^  TCP_RTO_MAX_MS +1000 += 5s / 15' <<<"$output"
		grep -qE '^  TCP_USER_TIMEOUT +- +once connected: none' <<<"$output"
	else
		grep -qE '^  TCP_USER_TIMEOUT +30000 +once connected: raised from 5s' <<<"$output"
	fi
}

@test "explain: what is no connection is a usage error" {
	local where
	for where in 10.0.0.1 10.0.0.1: ::1:80 10.0.0.1:0 10.0.0.1:65536 10.0.0.1:http listen: listen:x; do
		check --explain "$where"
		echo "$where: $status $output"
		((status == 2))
		shows "--explain $where" "HOST:PORT"
	done
	check --explain
	((status == 2))
}
