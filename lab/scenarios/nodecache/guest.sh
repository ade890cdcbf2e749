# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/nodecache.ko
/lab/client -c 2 dropper write /dev/nodes 1 &
sleep 1
/lab/client -c 3 sweeper ioctl /dev/nodes 1 &
sleep 8
log "busy for a while now"
