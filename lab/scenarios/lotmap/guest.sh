# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/lotmap.ko
/lab/client -c 1 -n 0 -u 2000 ticketing write /dev/lotmap cars &
sleep 8
log "busy for a while now"
