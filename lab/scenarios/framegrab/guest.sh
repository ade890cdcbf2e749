# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/framegrab.ko
/lab/client -c 1 viewer write /dev/grabber 1 &
sleep 1
/lab/client -c 2 grabber ioctl /dev/grabber 0 &
sleep 7
log "busy for a while now"
