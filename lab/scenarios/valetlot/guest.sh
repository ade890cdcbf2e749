# Runs in the guest, sourced by init.
echo 4 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/valetlot.ko
sleep 11
log "busy for a while now"
