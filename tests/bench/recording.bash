# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What recordings take: bytes an event; and what many events cost to show, of processor time and
# memory.  For tests/bench/run.

# bytes_an_event TITLE FILE [PAYLOAD]
bytes_an_event() {
	local events
	events=$("$BUILD/peerless" show -F json "$2" | wc -l)
	awk -v title="$1" -v bytes="$(used bytes "$2")" -v events="$events" 'BEGIN {
		printf "  %-42s %9d events, %.1f bytes each\n", title, events, bytes / events }'
}

# make_recording FILE EVENTS [OPTION…]: by four threads, with room enough.
make_recording() {
	rm -f "$1"
	"$BUILD/peerless" run --trace="$1" "${@:3}" -- "$BUILD/events" tcp 4 "$2" >/dev/null
}

# show FORMAT FILE: "CPU-SECONDS KIB" to show it.
show() {
	/usr/bin/time -f '%U %S %M' -o "$T/time" "$BUILD/peerless" show -F "$1" -o /dev/null "$2" &&
		awk '{ print $1 + $2, $3 }' "$T/time"
}

# What it costs to show 1 and 10 million events; for pcapng with all their payload, which makes
# the recording larger.  The file is in the page cache, and what is shown goes to /dev/null.
show_costs() {
	local format count file
	for count in 1 10; do
		make_recording "$M/plain.rec" ${count}000000 --trace-size=$((count * 80))M
		make_recording "$M/full.rec" ${count}000000 --trace-size=$((count * 180))M \
			--trace-payload=64
		for format in text json summary chrome pcapng; do
			file=$M/plain.rec
			[[ $format == pcapng ]] && file=$M/full.rec
			echo "$format $count $(show "$format" "$file")"
		done >>"$T/shown"
		((count > 1)) && continue
		bytes_an_event "64 bytes to itself, 4 threads" "$M/plain.rec"
		bytes_an_event "the same with its payload" "$M/full.rec"
	done
	rm -f "$M/plain.rec" "$M/full.rec"
	printf '\n%s\n%-12s%25s%25s\n' "To show them, by processor time and memory at the most:" \
		"" "1 million events" "10 million events"
	awk '
	!($1 in seen) { seen[$1]; order[++n] = $1 }
	{
		line[$1] = line[$1] sprintf(" %8.1f M/s %7.1f MiB", $2 / ($3 > 0 ? $3 : 0.01), $4 / 1024)
	}
	END {
		for (i = 1; i <= n; i++)
			printf "  %-10s%s\n", order[i], line[order[i]]
		print ""
	}' "$T/shown"
}
