# SPDX-License-Identifier: MIT
# The demo says what happened, and fails when that is not what it promised.
load helpers

@test "demo: a vanished peer and a killed server, without and with peerless, within 40 seconds" {
	need_net
	local since=$SECONDS
	run "$ROOT/tests/demo"
	echo "$output"
	[[ $status == 0 ]]
	((SECONDS - since < 40))
	[[ $(grep -c 'still waiting after .* ended after' <<<"$output") == 2 ]]
	[[ $output == *"exit 141: killed by SIGPIPE"* ]]
	[[ $output == *"All of this happened as said."* ]]
}
