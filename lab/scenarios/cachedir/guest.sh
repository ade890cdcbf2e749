# Runs in the guest, sourced by init.
echo 2 > /proc/sys/kernel/watchdog_thresh
/lab/idlers
insmod /lab/cachedir.ko
/lab/client -c 2 -n 20 -u 5000 lookup read /dev/cachedir &
/lab/client -c 1 shrinker write /dev/cachedir shelf &
sleep 0.3
/lab/client -c 2 -n 0 -u 5000 lookup read /dev/cachedir &
/lab/client -c 3 -n 0 -u 5000 finder read /dev/cachedir &
sleep 8
log "busy for a while now"
