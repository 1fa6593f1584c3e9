# What happens to a cluster, for Tools/test-cluster to source. Each function does it once, to whatever is at work
# then, and is counted where it met something.

declare -A met=()
count() { met[$1]=$((${met[$1]:-0} + 1)); }
counts() {
  local fault text=""
  for fault in "${!met[@]}"; do text+="$fault ${met[$fault]}, "; done
  echo "${text%, }"
}

# The workers of the run that are alive, at most so many, in an order of chance; waits a little for one.
workers() {
  local pattern="/assay evaluate .*--out $folder/run --shard"
  slurm_wait 3 pgrep --full -- "$pattern" >/dev/null 2>&1
  pgrep --full -- "$pattern" | shuf | head --lines "$1"
}

# Sends a signal to some workers, and counts them as what they are then.
signal_workers() { # a signal, how many, what they are
  local process
  for process in $(workers "$2"); do
    kill "-$1" "$process" 2>/dev/null && count "$3"
  done
  true
}

# A worker of each of two shards is killed; the script that started it queues the shard again.
kill_workers() { signal_workers KILL 2 "worker killed"; }

# Asked to end, a worker finishes its batch; nobody queues it again but 'submit --resume'.
terminate_worker() { signal_workers TERM 1 "worker terminated"; }

# The job is queued again while its old worker still runs: two copies at once.
kill_watcher() {
  local process
  process=$(pgrep --full 'slurmstepd: \[[0-9]+\.batch\]' | shuf | head --lines 1)
  [ -z "$process" ] || { kill -KILL "$process" 2>/dev/null && count "slurmstepd killed"; }
  true
}

# The user's own word is final: the script does not queue it again.
cancel_task() {
  local job
  job=$(squeue --noheader --states=RUNNING --format=%A 2>/dev/null | shuf | head --lines 1)
  [ -z "$job" ] || { scancel "$job" 2>/dev/null && count "task cancelled"; }
  true
}

# Its tasks run on, and the daemon finds them when it is started again.
kill_daemon() {
  kill -KILL "$(cat "$slurm/slurmd-n1.pid")" && count "slurmd killed"
  sleep 1
  slurm_node n1
}

# A machine that loses its power takes its tasks with it; Slurm sees that after a while, and starts them on others.
kill_node() {
  local process
  kill -KILL "$(cat "$slurm/slurmd-n2.pid")"
  for process in $(pgrep --full 'slurmstepd: \[|slurm_script|evaluate .*--shard'); do
    grep --quiet --null-data '^SLURMD_NODENAME=n2$' "/proc/$process/environ" 2>/dev/null &&
      kill -KILL "$process" 2>/dev/null && count "process of a dead node"
  done
  for process in $(pgrep --full 'slurmstepd: \['); do
    # The watchers do not have the node's name in their environment, but in their working folder.
    [[ $(readlink "/proc/$process/cwd" 2>/dev/null) == "$slurm/spool-n2"* ]] &&
      kill -KILL "$process" 2>/dev/null
  done
  count "node killed"
  (slurm_wait 30 node_is_down n2; slurm_node n2) 2>/dev/null &
}
node_is_down() { sinfo --noheader --nodes="$1" --format=%T 2>/dev/null | grep --quiet down; }

# Nothing is lost.
restart_controller() {
  kill -TERM "$(cat "$slurm/slurmctld.pid")"
  slurm_wait 20 controller_is_gone
  slurm_controller
  count "controller restarted"
}

# What was sent in its last seconds may be lost, and tasks may run twice.
kill_controller() {
  kill -KILL "$(cat "$slurm/slurmctld.pid")"
  sleep 0.5
  slurm_controller
  count "controller killed"
}
controller_is_gone() { [ ! -e "$slurm/slurmctld.pid" ]; }

# By hand, under no name that 'assay submit' knows: every shard has two tasks.
submit_again() {
  sbatch --parsable --cpus-per-task=1 --requeue --open-mode=append "--array=1-$shards" \
    "--output=$folder/run/slurm/shard-%a.log" "$folder/run/slurm/shard.sh" >/dev/null 2>&1 &&
    count "array sent twice"
  true
}

faults=(
  kill_workers terminate_worker kill_watcher kill_daemon kill_node restart_controller submit_again
  kill_workers kill_controller cancel_task
)

# Jobs that the controller has started twice drain their node.
all_nodes_back() {
  local node
  for node in n1 n2 n3; do
    if sinfo --noheader --nodes="$node" --format=%T 2>/dev/null | grep --quiet drain; then
      scontrol update "node=$node" state=resume 2>/dev/null
    fi
  done
  [ "$(sinfo --noheader --Node --format=%T 2>/dev/null | grep --count --extended-regexp '^(idle|mixed|allocated|completing)$')" -eq 3 ]
}
