# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/baygate.ko
/lab/client -c 2 -n 20 -u 5000 depotmon read /dev/baygate &
/lab/client -c 1 -n 0 -u 20000 opener ioctl /dev/baygate 3 &
/lab/client -c 3 driver ioctl /dev/baygate 5 &
sleep 0.3
/lab/client -c 2 -n 0 -u 5000 depotmon read /dev/baygate &
sleep 8
log "busy for a while now"
