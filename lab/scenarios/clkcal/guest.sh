# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/clkcal.ko
/lab/client -c 2 calibd write /dev/clkcal 1 &
/lab/client -c 3 clockset ioctl /dev/clkcal 1 &
sleep 9
log "busy for a while now"
