# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/fuelgauge.ko
/lab/client -c 1 -n 20 -u 20000 floater ioctl /dev/fuelgauge 80 &
/lab/client -c 2 -n 0 -u 5000 dashboard read /dev/fuelgauge &
sleep 1
/lab/client -c 3 refuel ioctl /dev/fuelgauge 130 &
sleep 8
log "busy for a while now"
