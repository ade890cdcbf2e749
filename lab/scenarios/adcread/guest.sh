# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/adcread.ko
/lab/client -c 2 -n 20 -u 5000 sampler ioctl /dev/adcread 3 &
sleep 1
/lab/client -c 2 -n 5 -u 5000 sampler ioctl /dev/adcread 6 &
sleep 8
log "busy for a while now"
