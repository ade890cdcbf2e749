# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/gyrodev.ko
sleep 0.5
/lab/client -c 1 -n 0 -u 3000 gyrocal write /dev/gyrodev offset &
sleep 8
log "busy for a while now"
