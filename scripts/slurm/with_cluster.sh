#!/bin/sh
# Runs a command with a Slurm cluster of its own: munged, slurmctld and two slurmd on loopback ports, in a temporary
# folder, ended by their pids. Installs nothing. Exit status 77: slurm-wlm and munge are not installed.
#
#     scripts/slurm/with_cluster.sh <command> [argument...]
#
# Memory is watched by samples, so that it works everywhere. With CLUSTER_CGROUP=1 the kernel bounds it, which needs control groups of
# version 1 that may be written; the nodes then have names of their own, because the groups are named after them.
#
# The command finds SLURM_CONF, and in CLUSTER the folder with the pids (slurmctld.pid, n1.pid, n2.pid) and the logs.
set -u
PATH=$PATH:/usr/sbin:/sbin
for each in munged slurmctld slurmd sbatch squeue scancel; do
  command -v "$each" >/dev/null 2>&1 || { echo "with_cluster: $each is not installed" >&2; exit 77; }
done
c=$(mktemp -d) || exit 1
chmod 711 "$c"
mkdir -m 711 "$c/munge" && mkdir "$c/state"
user=$(id -un)
# Four ports in a row that nobody has, below those that the system gives away by itself; other clusters begin elsewhere.
port=$((10000 + $$ % 5000 * 4))
taken() {
  for each in 0 1 2 3; do grep -q "$(printf ':%04X ' $((port + each)))" /proc/net/tcp /proc/net/tcp6 2>/dev/null && return 0; done
  return 1
}
while taken; do
  port=$((port + 4))
  [ "$port" -lt 30000 ] || port=10000
done
head -c 128 /dev/urandom >"$c/munge.key" && chmod 400 "$c/munge.key"
host=$(hostname -s)
n=n task=task/none gather="jobacct_gather/linux
JobAcctGatherParams=OverMemoryKill"
if [ -n "${CLUSTER_CGROUP-}" ]; then
  [ -w /sys/fs/cgroup/memory ] || { echo "with_cluster: /sys/fs/cgroup/memory cannot be written" >&2; exit 77; }
  n=c$$n task=task/cgroup gather=jobacct_gather/cgroup
  printf 'CgroupPlugin=cgroup/v1\nCgroupMountpoint=/sys/fs/cgroup\nConstrainRAMSpace=yes\n' >"$c/cgroup.conf"
fi
cat >"$c/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$c/munge/socket
CryptoType=crypto/munge
SlurmctldPort=$port
SlurmdPort=$((port + 1))
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation=$c/state
SlurmdSpoolDir=$c/%n
SlurmctldPidFile=$c/slurmctld.pid
SlurmdPidFile=$c/%n.pid
SlurmctldLogFile=$c/slurmctld.log
SlurmdLogFile=$c/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=$task
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerNode=64
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
JobAcctGatherType=$gather
JobAcctGatherFrequency=1
KillWait=5
MinJobAge=300
SlurmctldTimeout=30
SlurmdTimeout=30
SchedulerParameters=batch_sched_delay=1,sched_interval=1,bf_interval=2
NodeName=${n}1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2 RealMemory=200 State=UNKNOWN
NodeName=${n}2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 3)) CPUs=2 RealMemory=200 State=UNKNOWN
PartitionName=main Nodes=${n}1,${n}2 Default=YES MaxTime=60 State=UP OverSubscribe=NO
CONF
mkdir "$c/${n}1" "$c/${n}2"
pids=
end() {
  for each in $pids $(cat "$c/slurmctld.pid" "$c/${n}1.pid" "$c/${n}2.pid" 2>/dev/null); do kill "$each" 2>/dev/null; done
  left=50
  for each in $pids; do
    while kill -0 "$each" 2>/dev/null && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
    kill -KILL "$each" 2>/dev/null
  done
  [ -z "${CLUSTER_CGROUP-}" ] || find /sys/fs/cgroup/*/slurm_"$n"[12] -depth -type d -exec rmdir {} + 2>/dev/null
  rm -rf "$c"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
export SLURM_CONF="$c/slurm.conf" CLUSTER="$c"
munged --foreground --force --key-file="$c/munge.key" --socket="$c/munge/socket" --pid-file="$c/munge/pid" \
  --log-file="$c/munge.log" --seed-file="$c/munge.seed" --num-threads=2 >/dev/null 2>&1 &
pids="$pids $!"
left=100
until [ -S "$c/munge/socket" ] || [ "$left" -eq 0 ]; do sleep 0.1; left=$((left - 1)); done
slurmctld -D -c >"$c/slurmctld.out" 2>&1 &
pids="$pids $!"
for node in "${n}1" "${n}2"; do
  slurmd -D -N "$node" >"$c/$node.out" 2>&1 &
  pids="$pids $!"
done
left=200
until [ "$(sinfo -h -o %T -p main 2>/dev/null | sort -u)" = idle ]; do
  left=$((left - 1))
  if [ "$left" -eq 0 ]; then
    echo "with_cluster: the cluster did not become ready" >&2
    tail -n 20 "$c"/slurmctld.out "$c"/slurmctld.log "$c/${n}1.log" "$c"/munge.log >&2
    exit 1
  fi
  sleep 0.1
done
"$@"
