# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
taskset 2 insmod /lab/relaydrv.ko
/lab/client -c 1 -n 0 -u 300 -f relayctl ioctl /dev/relay0 3 &
sleep 7
log "busy for a while now"
