# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/pinbank.ko
/lab/client -c 2 -n 20 -u 5000 pinread read /dev/pinbank &
/lab/client -c 1 -n 5 -u 2000 pinctl ioctl /dev/pinbank 7 &
/lab/client -c 1 pinctl ioctl /dev/pinbank 12 &
sleep 0.3
/lab/client -c 2 -n 0 -u 5000 pinread read /dev/pinbank &
sleep 8
log "busy for a while now"
