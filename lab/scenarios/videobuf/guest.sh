# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/videobuf.ko
/lab/player &
sleep 3
for p in /proc/[0-9]*; do grep -q player $p/comm 2> /dev/null && { cat $p/cmdline > /dev/null & }; done
ps > /dev/null &
sleep 6
log "busy for a while now"
