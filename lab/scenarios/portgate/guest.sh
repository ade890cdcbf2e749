# Runs in the guest, sourced by init.
echo 4 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/portgate.ko
/lab/client -c 1 -n 4 -u 1000 lorry ioctl /dev/gates 1 &
sleep 1
/lab/client -c 2 -n 0 -u 1000 porter ioctl /dev/gates 3 &
/lab/client -c 3 -n 0 -u 1000 guard ioctl /dev/gates 3 &
sleep 9
log "busy for a while now"
