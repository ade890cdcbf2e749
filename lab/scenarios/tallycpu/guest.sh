# Runs in the guest, sourced by init.
/lab/idlers
echo 3 > /proc/sys/kernel/watchdog_thresh
insmod /lab/tallycpu.ko
sleep 7
log "busy for a while now"
