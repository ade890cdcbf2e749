# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/statbuf.ko
/lab/client -c 3 -n 3 -u 1000 tally read /dev/statbuf &
sleep 1
/lab/client -c 1 cleaner ioctl /dev/statbuf 1 &
sleep 1
/lab/client -c 2 -n 9 -u 1000 display read /dev/statbuf &
sleep 7
log "busy for a while now"
