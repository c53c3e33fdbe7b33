/* SPDX-License-Identifier: MIT */
/* watch_json: valid JSON as jq reads it, the members that fields.def has of `connection`. */
#include <unistd.h>

#include "fields.h"
#include "watch_fixture.h"
#include "watch_json.h"

#define HEAD                                                                   \
	"{\"ts\":\"2026-11-21T12:00:00.000000042Z\",\"event\":\"connection\"," \
	"\"pid\":42,"
#define ENDS "\"local\":\"10.0.0.1:40000\",\"peer\":\"10.0.0.2:5432\","

static char *printed(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	watch_json_print(out, rows, count, NOON + 42);
	fclose(out);
	return text;
}

static void says(const char *line)
{
	char *text = printed();

	assert_string_equal(text, line);
	free(text);
}

/* What jq(1) makes of it: its first line, or "" where it refuses. */
static const char *jq(const char *filter)
{
	static char answer[4096];
	char name[] = "/tmp/watch_json.XXXXXX", command[4200];
	int fd = mkstemp(name);
	char *text = printed();
	FILE *pipe;

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	free(text);
	snprintf(command, sizeof(command), "jq -c '%s' -r -s %s", filter, name);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	if (!fgets(answer, sizeof(answer), pipe))
		*answer = '\0';
	assert_int_equal(pclose(pipe), 0);
	unlink(name);
	answer[strcspn(answer, "\n")] = '\0';
	return answer;
}

static void one_line(void **state)
{
	struct watch_row *r = add_row(JUDGE_SUSPECT);
	struct sockdiag_socket *k = socket_of(r);

	(void)state;
	r->judgement.cause = CAUSE_TIMEOUT;
	r->judgement.method = METHOD_RETRANSMISSION;
	r->preloaded = true;
	k->rqueue = 5;
	k->info.unacked_bytes = 4096;
	k->info.notsent_bytes = 8;
	k->info.bytes_sent = 9000;
	k->info.bytes_retrans = 1000;
	k->info.bytes_received = 77;
	k->info.retransmits = 3;
	k->info.total_retrans = 12;
	k->info.rto_ms = 1600;
	k->info.probes = 1;
	k->info.snd_wnd = 64240;
	says(HEAD "\"prog\":\"psql\",\"fd\":7,\"cookie\":700," ENDS
		  "\"verdict\":\"suspect\",\"verdict_ms\":3200,\"cause\":\"timeout\","
		  "\"method\":\"retransmission\",\"age_ms\":1000000,\"idle_ms\":412,"
		  "\"state\":\"ESTABLISHED\",\"bytes_in\":77,\"bytes_out\":8000,"
		  "\"rtt_us\":35100,\"retrans\":12,\"retransmits\":3,\"rto_ms\":1600,"
		  "\"probes\":1,\"unacked\":4096,\"unsent\":8,\"rqueue\":5,"
		  "\"snd_wnd\":64240,\"last_sent_ms\":12000,\"last_received_ms\":412,"
		  "\"last_ack_ms\":3200,\"armed\":true,\"preloaded\":true}\n");
}

/* No cause and no method; of a handshake no times; no descriptor, no name, no peer. */
static void what_does_not_apply_is_absent(void **state)
{
	struct watch_row *r = add_row(JUDGE_CONNECTING);

	(void)state;
	r->fd = -1;
	r->program = "";
	r->armed = false;
	socket_of(r)->info.state = TCPINFO_SYN_SENT;
	socket_of(r)->peer.family = 0;
	says(HEAD "\"cookie\":700,\"local\":\"10.0.0.1:40000\",\"verdict\":\"connecting\","
		  "\"verdict_ms\":3200,\"age_ms\":1000000,\"state\":\"SYN_SENT\",\"bytes_in\":0,"
		  "\"bytes_out\":0,\"rtt_us\":35100,\"retrans\":0,\"retransmits\":0,\"rto_ms\":0,"
		  "\"probes\":0,\"unacked\":0,\"unsent\":0,\"rqueue\":0,\"snd_wnd\":0,"
		  "\"armed\":false,\"preloaded\":false}\n");
}

static void extreme(struct watch_row *r)
{
	struct sockdiag_socket *k = socket_of(r);

	memset(&k->info, 0xff, sizeof(k->info));
	k->info.state = TCPINFO_CLOSE_WAIT;
	k->info.bytes_retrans = 0;
	k->info.bytes_sent = INT64_MAX;
	k->cookie = UINT64_MAX;
	k->rqueue = UINT32_MAX;
	k->peer = k->local = longest_end();
	r->age_ms = INT64_MAX;
	r->judgement.state_ms = -5;
	r->program = "a\"b\\\n\033[2J\xff\xc3\xa9";
}

static void extremes(void **state)
{
	(void)state;
	extreme(add_row(JUDGE_DEAD));
	assert_string_equal(jq(".[0] | [.rqueue, .unsent, .verdict_ms, .peer] | tojson"),
		"[4294967295,4294967295,0,"
		"\"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535\"]");
	assert_string_equal(
		jq(".[0].prog | explode | map(select(. < 32 or . == 127)) | length"), "2");
}

/* Each line is an object, in the order of the table, of the members and types of fields.def. */
static void members_are_those_of_fields_def(void **state)
{
	char filter[2048], *at = filter;
	struct watch_row *r;

	(void)state;
	for (unsigned s = JUDGE_OK; s <= JUDGE_DEAD; s++)
		add_row((enum judge_state)s);
	r = add_row(JUDGE_DEAD);
	r->judgement.cause = CAUSE_SILENT;
	r->judgement.method = METHOD_SILENCE;
	r->judgement.state_ms = 9999;
	assert_string_equal(jq("map(.verdict) | join(\" \")"),
		"dead dead suspect leaked slow peer-closed closing connecting idle ok");
	assert_string_equal(jq(".[0] | [.cause, .method] | join(\" \")"), "silent silence");
	at += sprintf(at, ".[0] | map_values(type) == {");
	for (unsigned id = 0; id < FIELD_COUNT; id++)
		if (fields_row[id].events & IN_CONNECTION)
			at += sprintf(at, "%s\"%s\":\"%s\"", at[-1] == '{' ? "" : ",",
				fields_row[id].name, fields_row[id].type);
	sprintf(at, "}");
	assert_string_equal(jq(filter), "true");
}

static void the_table_of_its_fields(void **state)
{
	char *text, *row;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fields_markdown_of(out, IN_CONNECTION);
	fclose(out);
	for (row = text; (row = strstr(row, "\n| `")); row++)
		assert_non_null(strstr(row, " | "));
	assert_non_null(strstr(text, "\n| `idle_ms` | number | connection | "));
	assert_non_null(strstr(text, "\n| `ts` | string | all | "));
	assert_null(strstr(text, "`tid`"));
	free(text);
}

static void nothing(void **state)
{
	(void)state;
	says("");
}

#define TEST(name) cmocka_unit_test_setup(name, no_rows)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_line),
		TEST(what_does_not_apply_is_absent),
		TEST(extremes),
		TEST(members_are_those_of_fields_def),
		TEST(the_table_of_its_fields),
		TEST(nothing),
	};

	return cmocka_run_group_tests_name("watch_json", tests, NULL, NULL);
}
