# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/hashdev.ko
/lab/client -n 5 -u 1000 cacheget ioctl /dev/hashdev 20 &
/lab/client -c 3 resolver ioctl /dev/hashdev 117 &
sleep 7
log "busy for a while now"
