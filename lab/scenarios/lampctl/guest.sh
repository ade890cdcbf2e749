# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/lampctl.ko
chmod 666 /dev/lamps
mkdir -p /tmp/cg
mount -t cgroup2 none /tmp/cg
id=3f2c9a1be07d5584c6a2f9d1b3e4870a9c5d6e7f8091a2b3c4d5e6f708192a3b
group=/tmp/cg/kubepods.slice/kubepods-pod5f1a_22c0.slice/cri-containerd-$id.scope
mkdir -p $group
sh -c "echo \$\$ > $group/cgroup.procs; exec /lab/evening /dev/lamps 3 80" &
sleep 2
log "the lamps are dimmed"
sleep 100
