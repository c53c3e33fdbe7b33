# SPDX-License-Identifier: MIT
# From the records (row, round, variant, speed; round 0 was a warm-up): the table of ratios to bare;
# how far the redis slices scatter, by the time that a GET and a SET take together; events a second;
# and into `verdict` the last lines.  columns: the variants but bare;
# judged: "variant=limit" each.

function sort(list, n, i, j, x) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			x = list[j]; list[j] = list[j - 1]; list[j - 1] = x
		}
}

function median(list, n) {
	sort(list, n)
	return (list[int((n + 1) / 2)] + list[int(n / 2) + 1]) / 2
}

function ratio(row, variant, n, i, list) {
	for (i = 1; i <= last; i++)
		if ((row, i, variant) in speed && (row, i, "bare") in speed)
			list[++n] = speed[row, i, variant] / speed[row, i, "bare"]
	return n ? sprintf("%.3f", median(list, n)) : "-"
}

function millions(row, variant, n, i, list) {
	for (i = 1; i <= last; i++)
		if ((row, i, variant) in speed)
			list[++n] = speed[row, i, variant] / 1e6
	return n ? median(list, n) : 0
}

function seconds(p, i, v) {
	return 1 / speed["redis GET -P " p, i, v] + 1 / speed["redis SET -P " p, i, v]
}

# Both questions together, by the slice; with the middle half of all slices.
function both(p, variant, i, list, m) {
	for (i = 1; i <= last; i++)
		list[i] = seconds(p, i, "bare") / seconds(p, i, variant)
	m = median(list, last)
	half = sprintf("%.3f to %.3f", list[int((last + 3) / 4)], list[int((3 * last + 3) / 4)])
	return m
}

function judge(variant, limit, one, many, judgement) {
	one = both(1, variant)
	printf "  %-9s -P 1 %s", variant, half
	many = both(16, variant)
	printf ", -P 16 %s\n", half
	judgement = one >= limit && many >= limit ? "both at least " limit : "BELOW " limit
	printf "%s/bare on redis -P 1: %.3f, -P 16: %.3f: %s\n",
		variant, one, many, judgement >verdict
}

BEGIN {
	FS = "\t"
	titles = split(columns, column, " ")
	judges = split(judged, judging, " ")
}

$2 == 0 { next }
!($1 in seen) { seen[$1]; row[++rows] = $1 }
{ speed[$1, $2, $3] = $4; if ($2 > last) last = $2 }

END {
	printf "%-34s", ""
	for (c = 1; c <= titles; c++)
		printf " %8s", column[c]
	print ""
	for (i = 1; i <= rows; i++) {
		printf "%-34s", row[i]
		for (c = 1; c <= titles; c++)
			printf " %8s", ratio(row[i], column[c])
		print ""
	}
	print "\nRedis, the middle half of the slices:"
	for (i = 1; i <= judges; i++) {
		split(judging[i], part, "=")
		judge(part[1], part[2])
	}
	print "\nMillion events a second, bare, recorded in memory and on disk:"
	for (i = 1; i <= rows; i++)
		if (row[i] ~ /thread/)
			printf "  %-32s %.2f %.2f %.2f\n", row[i], millions(row[i], "bare"),
				millions(row[i], "traced"), millions(row[i], "disk")
}
