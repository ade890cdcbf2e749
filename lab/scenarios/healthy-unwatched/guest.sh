# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
sleep 3
echo 0 > /proc/sys/kernel/watchdog
insmod /lab/contention.ko
/lab/fleet 500 0 &
sleep 9
log "busy for a while now"
