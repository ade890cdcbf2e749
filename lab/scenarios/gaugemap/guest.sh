# Runs in the guest, sourced by init.
echo 4 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/gaugemap.ko
sleep 13
log "busy for a while now"
