# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/meshcalc.ko
sleep 7
log "busy for a while now"
