# SPDX-License-Identifier: MIT
# Comparing two runs' sorted "STATUS test" lines; a difference is "BARE SHIMMED test".  A test that
# has several lines in a run has their statuses joined by "+"; one that has none, "none".

# statuses: "STATUS test", each test once.
statuses() {
	awk '{
		status = $1; sub(/^[^ ]* /, "")
		if ($0 in all) all[$0] = all[$0] "+" status; else all[$0] = status
	}
	END { for (test in all) print all[test], test }' "$1" | LC_ALL=C sort
}

# differences BARE SHIMMED: files.
differences() {
	awk '{ status = $1; sub(/^[^ ]* /, ""); seen[$0] }
		FILENAME == ARGV[1] { bare[$0] = status }
		FILENAME == ARGV[2] { shimmed[$0] = status }
		END {
			for (test in seen) {
				b = test in bare ? bare[test] : "none"
				s = test in shimmed ? shimmed[test] : "none"
				if (b != s) print b, s, test
			}
		}' <(statuses "$1") <(statuses "$2") | LC_ALL=C sort -k 3
}

# status_of TEST FILE
status_of() {
	statuses "$2" | awk -v test="$1" '{ status = $1; sub(/^[^ ]* /, "") }
		$0 == test { print status; found = 1 } END { if (!found) print "none" }'
}

# entries SUITE FILE: what the file lists for this suite, less its name.
entries() {
	awk -v suite="$1" '/^[#\t]/ || $1 != suite { next } { sub(/^[^ ]* /, ""); print }' "$2"
}

# reasons_given FILE: does each entry have its reason, in lines below it that begin with a tab?
reasons_given() {
	awk 'function complain() {
			if (entry != "") { print FILENAME ": no reason: " entry; bad = 1 }
		}
		/^(#|$)/ { next }
		/^\t/ { entry = ""; next }
		{ complain(); entry = $0 }
		END { complain(); exit bad }' "$1"
}

# without_tests LIST: of differences on standard input, those whose test is not in the list.
without_tests() {
	awk 'FILENAME != "-" { listed[$0]; next }
		{ test = $0; sub(/^[^ ]* [^ ]* /, "", test) } !(test in listed)' "$1" -
}
