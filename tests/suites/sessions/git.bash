# SPDX-License-Identifier: MIT
# A git daemon: clone, shallow clone, fetch, push, a repository that is not there.

with_name() {
	git -c user.name=a -c user.email=a@example.org "$@"
}

make_repository() {
	git init -q --bare origin.git
	git -C origin.git config daemon.receivepack true
	git init -q source
	cp www/big source
	git -C source add big
	with_name -C source commit -qm first
	git -C source push -q "$W/origin.git" HEAD:main
	git -C origin.git symbolic-ref HEAD refs/heads/main
}

clones() {
	git clone -q "$@"
	same "${*: -1}/big"
}

pushes() {
	seq 100000 >clone/numbers
	git -C clone add numbers
	with_name -C clone commit -qm second
	git -C clone push -q origin HEAD:main
}

lists() {
	git ls-remote git://127.0.0.1/origin.git | grep refs/heads/main
}

fetches() {
	git -C shallow pull -q
	cmp clone/numbers shallow/numbers
}

make_files
make_repository >&2
start daemon git daemon --reuseaddr --listen=127.0.0.1 --port=9418 --base-path="$W" --export-all
serving 9418
check "clone" clones git://127.0.0.1/origin.git clone
check "shallow clone" clones --depth 1 git://127.0.0.1/origin.git shallow
check "push" pushes
check "fetch" fetches
check "ls-remote" lists
ends 128 "no such repository" git ls-remote git://127.0.0.1/none
ends 128 "a refused connection" git ls-remote git://127.0.0.1:1/origin.git
