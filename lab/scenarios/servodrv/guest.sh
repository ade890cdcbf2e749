# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/servodrv.ko
sleep 1
/lab/client -c 3 mover ioctl /dev/servo 1 &
sleep 7
log "busy for a while now"
