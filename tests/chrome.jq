# SPDX-License-Identifier: MIT
# jq -cf tests/chrome.jq FILE: what Perfetto and chrome://tracing ask of a Trace Event array, and
# that calls on one track nest.  Prints each event that breaks a rule, with the rule; else nothing.

def wrong($rule): {$rule, event: .};
def of($kind): type == $kind;
def whole: of("number") and . >= 0 and . == floor;

def shape:
	if of("object") | not then wrong("is an object")
	elif (.ph | IN("X", "i", "M")) | not then wrong("ph is X, i or M")
	elif (.pid | whole) and (.tid | whole) | not then wrong("pid and tid are whole numbers")
	elif (.name | of("string") and . != "") | not then wrong("name is a text")
	elif .args | of("object") | not then wrong("args is an object")
	elif .ph == "M" then
		if (.name | IN("process_name", "thread_name")) and (.args.name | of("string")) then empty
		else wrong("metadata is a name") end
	elif .ts | of("number") | not then wrong("ts is a number")
	elif .ph == "X" and (.dur | of("number") and . >= 0 | not) then wrong("dur is a number")
	elif .ph == "i" and (.s | IN("t", "p", "g") | not) then wrong("s is t, p or g")
	else empty end;

# Half a nanosecond is what adding two doubles may cost.
def nesting:
	map(select(.ph == "X")) | group_by([.pid, .tid])[] | sort_by(.ts, -.dur)
	| reduce .[] as $e ({ends: [], bad: []};
		.ends |= until(length == 0 or .[-1] > $e.ts + 0.0005; .[:-1])
		| ($e.ts + $e.dur) as $over
		| if .ends == [] or .ends[-1] >= $over - 0.0005 then .ends += [$over]
		  else .bad += [$e] end)
	| .bad[] | wrong("lies within the call before it, or behind");

def names:
	(map(select(.ph == "M" and .name == "thread_name") | "\(.pid)/\(.tid)") | unique) as $named
	| map(select(.ph != "M")) | unique_by([.pid, .tid])[]
	| select("\(.pid)/\(.tid)" | IN($named[]) | not) | wrong("its track has a name");

if of("array") then (.[] | shape), nesting, names else wrong("is an array") end
