# Runs in the guest, sourced by init.
/lab/idlers
echo 2 > /proc/sys/kernel/watchdog_thresh
echo 4 > /proc/sys/kernel/hung_task_timeout_secs
taskset 2 insmod /lab/tapdeck.ko
taskset -p 1 $$
sleep 1
/lab/client -c 2 -n 3 -u 1000 stopper ioctl /dev/deck 101 &
sleep 1
/lab/client -c 3 -n 3 -u 1000 loader ioctl /dev/deck 101 &
sleep 9
log "busy for a while now"
