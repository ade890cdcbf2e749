# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/dmaring.ko
/lab/client -c 1 -n 0 -u 10000 submitter write /dev/dmaring &
/lab/client -c 2 -n 0 -u 10000 submitter write /dev/dmaring &
sleep 7
log "busy for a while now"
