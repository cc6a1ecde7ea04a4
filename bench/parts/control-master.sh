#!/usr/bin/env bash
# control-master.sh FOLDER KEY KNOWN_HOSTS USER COMMANDS 'HOST PORT'...: runs `true` so often on each host over one connection,
# all hosts at once. Fails where any command does.
set -eu
folder=$1 key=$2 known=$3 user=$4 commands=$5
shift 5

one() {
  local host=$1 port=$2
  local options=(-F /dev/null -i "$key" -p "$port" -o IdentitiesOnly=yes -o "UserKnownHostsFile=$known" -o StrictHostKeyChecking=yes
    -o BatchMode=yes -o "ControlPath=$folder/%h-%p")
  ssh "${options[@]}" -o ControlMaster=yes -o ControlPersist=60 "$user@$host" true
  for ((count = 1; count < commands; count++)); do
    ssh "${options[@]}" "$user@$host" true
  done
  ssh "${options[@]}" -O exit "$user@$host" 2>/dev/null
}

pids=()
for place in "$@"; do
  # shellcheck disable=SC2086
  one $place &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
