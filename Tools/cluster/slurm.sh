# A real Slurm on this machine, for Tools/test-cluster to source: munged, slurmctld and three slurmd, loopback
# only, everything that they write in one scratch folder. All daemons run as whoever runs this.

# What Slurm needs of a machine, and a bare system may lack: a name that resolves, and control groups.
slurm_prepare() {
  if ! getent hosts "$(hostname)" >/dev/null; then
    echo "Adding 127.0.0.1 $(hostname) to /etc/hosts" >&2
    echo "127.0.0.1 $(hostname)" >>/etc/hosts
  fi
  if [ -z "$(ls /sys/fs/cgroup 2>/dev/null)" ]; then
    echo "Slurm does not start without control groups, and /sys/fs/cgroup has none" >&2
    return 1
  fi
}

slurm_configure() { # a folder
  slurm=$1
  mkdir --parents "$slurm/state" "$slurm/run"
  chmod 755 "$slurm"
  head --bytes 1024 /dev/urandom >"$slurm/munge.key"
  chmod 400 "$slurm/munge.key"
  local host user
  host=$(hostname)
  user=$(id --user --name)
  cat >"$slurm/slurm.conf" <<CONF
ClusterName=assay
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$slurm/munge.socket,cred_expire=5
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation=$slurm/state
SlurmdSpoolDir=$slurm/spool-%n
SlurmctldPidFile=$slurm/slurmctld.pid
SlurmdPidFile=$slurm/slurmd-%n.pid
SlurmctldLogFile=$slurm/slurmctld.log
SlurmdLogFile=$slurm/slurmd-%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc=$slurm/completed
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=5,batch_sched_delay=1
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
JobRequeue=1
SlurmdTimeout=3
SlurmctldTimeout=5
MessageTimeout=5
KillWait=2
NodeName=n1 NodeAddr=127.0.0.1 Port=16821 NodeHostname=$host CPUs=2
NodeName=n2 NodeAddr=127.0.0.1 Port=16822 NodeHostname=$host CPUs=2
NodeName=n3 NodeAddr=127.0.0.1 Port=16823 NodeHostname=$host CPUs=2
PartitionName=main Nodes=n1,n2,n3 Default=YES State=UP MaxTime=1:00:00
CONF
  export SLURM_CONF=$slurm/slurm.conf
}

slurm_start() {
  munged --foreground --key-file="$slurm/munge.key" --socket="$slurm/munge.socket" \
    --pid-file="$slurm/munged.pid" --log-file="$slurm/munged.log" \
    --seed-file="$slurm/munged.seed" --force >/dev/null 2>&1 &
  disown
  slurm_wait 10 test -S "$slurm/munge.socket"
  slurm_controller
  local node
  for node in n1 n2 n3; do slurm_node "$node"; done
  slurm_wait 30 slurm_all_idle
}

slurm_controller() {
  slurmctld -D -f "$SLURM_CONF" >/dev/null 2>&1 &
  disown
}
slurm_node() { # a name
  mkdir --parents "$slurm/spool-$1"
  slurmd -D -N "$1" -f "$SLURM_CONF" >/dev/null 2>&1 &
  disown
}
slurm_all_idle() { [ "$(sinfo --noheader --Node --format=%T 2>/dev/null | sort --unique)" = idle ]; }

# Waits until a command succeeds, so many seconds at most.
slurm_wait() { # seconds, command …
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "waited too long for: $*" >&2
      return 1
    fi
    sleep 0.2
  done
}

slurm_stop() {
  [ -n "${slurm:-}" ] || return 0
  local file
  for file in "$slurm"/slurmd-*.pid "$slurm/slurmctld.pid" "$slurm/munged.pid"; do
    if [ -e "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
  done
  slurm_wait 10 slurm_has_ended || true
}
slurm_has_ended() { ! pgrep --full -- "$slurm/" >/dev/null; }
